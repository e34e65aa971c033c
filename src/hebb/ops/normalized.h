// Functions shared by the entries of batch and layer normalisation.
#pragma once

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/entries.h"
#include "hebb/ops/reduce.h"

namespace hebb {

// Statistics are kept in f32 for f16 and bf16.
inline DType statistics_dtype(DType dtype) {
  return dtype == DType::f64 ? DType::f64 : DType::f32;
}

// x - mean(x). Far from zero the rounding error of the mean may exceed the distance between values,
// so the mean of the result is subtracted, too.
inline Tensor centred(const Tensor& x, const Dims& dims) {
  const Tensor rough = x - mean(x, dims, true);
  return rough - mean(rough, dims, true);
}

// sqrt(mean(x²) + eps), also when the squares leave the dtype's range.
inline Tensor root_mean_square(const Tensor& x, const Dims& dims, double eps) {
  return call(op::power_norm_along, {x}, PowerNormAttrs{2, dims, true, true, eps});
}

// The gradient of normalisation (centring, division by the deviation) over dims, in operators. g:
// the gradient of the normalised values.
inline Tensor normalized_backward(const Tensor& g, const Tensor& normal, const Tensor& deviation,
                                  const Dims& dims) {
  return (g - mean(g, dims, true) - normal * mean(g * normal, dims, true)) / deviation;
}

}  // namespace hebb
