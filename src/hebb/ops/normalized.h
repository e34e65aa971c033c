// What the entries of batch and layer normalisation share.
#pragma once

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/reduce.h"

namespace hebb {

// Statistics are kept in f32 for f16 and bf16.
inline DType statistics_dtype(DType dtype) {
  return dtype == DType::f64 ? DType::f64 : DType::f32;
}

// The gradient of what was normalised over dims, in operators. g: that of the normalised values.
inline Tensor normalized_backward(const Tensor& g, const Tensor& normal, const Tensor& invstd,
                                  const Dims& dims) {
  return invstd * (g - mean(g, dims, true) - normal * mean(g * normal, dims, true));
}

}  // namespace hebb
