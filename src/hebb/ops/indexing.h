// Picking and replacing elements by position.
#pragma once

#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

// x[{...}]: positions, slices, NewAxis and Ellipsis give a view, as NumPy's basic indexing. Tensors
// of integers, of any shape, and masks (bool) give a copy, as index_tensors() in advanced.h does.
Tensor index(const Tensor& input, const std::vector<Index>& index);

// Writes values, broadcast and cast, at the places that index() would pick, into input's memory;
// with accumulate it adds them. Not differentiable, as copy_. Error: as copy_.
Tensor& index_put_(Tensor& input, const std::vector<Index>& index, const Tensor& values,
                   bool accumulate = false);

}  // namespace hebb
