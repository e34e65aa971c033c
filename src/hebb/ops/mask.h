// Replaces parts of a tensor by a number.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// value (one number) where mask holds, else input.
Tensor masked_fill(const Tensor& input, const Tensor& mask, const Tensor& value);
// Matrices: 0 above the diagonal; 1 is the one above the main one.
Tensor tril(const Tensor& input, int64_t diagonal = 0);
Tensor triu(const Tensor& input, int64_t diagonal = 0);  // 0 below it

struct DiagonalAttrs {
  int64_t diagonal = 0;
  HEBB_FIELDS(diagonal)
};

}  // namespace hebb
