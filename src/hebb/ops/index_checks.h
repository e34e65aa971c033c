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

// index reaches no further than `input` but along dim.
inline void check_index_shape(const Tensor& index, const Tensor& input, int64_t dim,
                              const char* operand) {
  check(index.dim() == input.dim(), "index {} should have as many dimensions as {} {}",
        index.shape(), operand, input.shape());
  const int64_t axis = wrap_dim(dim, std::max<int64_t>(1, input.dim()));
  for (int64_t i = 0; i < index.dim(); ++i)
    check(i == axis || index.size(i) <= input.size(i),
          "index {} reaches beyond {} {} in dimension {}", index.shape(), operand, input.shape(),
          i);
}

inline void check_rows(const Tensor& index, const Tensor& input, int64_t dim) {
  check(input.dim() > 0, "input should have at least one dimension");
  wrap_dim(dim, input.dim());
  check(index.dim() == 1, "index {} should have one dimension", index.shape());
}

}  // namespace hebb
