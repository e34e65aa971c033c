// Functions shared by the entries of batch and layer normalisation.
#pragma once

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/statistics.def"
#undef OP
}  // namespace hebb::op

namespace hebb {

// Statistics are kept in f32 for f16 and bf16.
inline DType statistics_dtype(DType dtype) {
  return dtype == DType::f64 ? DType::f64 : DType::f32;
}

// What rms_norm adds to the mean square where it is not told: the step from 1 to the next number of
// the dtype that statistics are kept in, as PyTorch has it.
inline double rms_epsilon(DType dtype) {
  return dtype == DType::f64 ? 0x1p-52 : 0x1p-23;
}

// x - mean(x). Far from zero the mean is rounded, by more than values may be apart: what that
// leaves is taken away, too.
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
