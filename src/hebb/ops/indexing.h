// Picking elements by position.
#pragma once

#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

// x[{...}]: positions, slices, NewAxis and Ellipsis give a view, as NumPy's basic indexing.
Tensor index(const Tensor& input, const std::vector<Index>& index);

}  // namespace hebb
