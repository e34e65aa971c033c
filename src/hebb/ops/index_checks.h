// What entries that pick and place by index tensors refuse. For .cc files.
#pragma once

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

inline void check_same_dtype(const Tensor& input, const Tensor& other, const char* operand) {
  check(input.dtype() == other.dtype(), "{} is {} but input is {}; they should have one dtype",
        operand, name(other.dtype()), name(input.dtype()));
}

// Of a dimension; 1 of a 0-d tensor, which counts as a vector of one element.
inline int64_t length_along(const Tensor& tensor, int64_t axis) {
  return tensor.dim() ? tensor.size(axis) : 1;
}

// index reaches no further than `input` but along dim.
inline void check_index_shape(const Tensor& index, const Tensor& input, int64_t dim,
                              const char* operand) {
  check(std::max<int64_t>(1, index.dim()) == std::max<int64_t>(1, input.dim()),
        "index {} should have as many dimensions as {} {}", index.shape(), operand, input.shape());
  const int64_t axis = wrap_dim(dim, std::max<int64_t>(1, input.dim()));
  for (int64_t i = 0; i < index.dim(); ++i)
    check(i == axis || index.size(i) <= input.size(i),
          "index {} reaches beyond {} {} in dimension {}", index.shape(), operand, input.shape(),
          i);
}

// What is left of input when index names slices of a dimension: its shape. A 0-d input has one
// slice, itself.
inline Dims shape_of_rows(const Tensor& index, const Tensor& input, int64_t dim) {
  const auto axis = size_t(wrap_dim(dim, input.dim()));
  check(index.dim() <= 1, "index {} should have one dimension", index.shape());
  check(input.dim() > 0 || index.numel() == 1,
        "index {} should name one element, as input has no dimensions", index.shape());
  Dims shape = input.shape();
  if (!shape.empty())
    shape[axis] = index.numel();
  return shape;
}

}  // namespace hebb
