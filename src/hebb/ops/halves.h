// Computes in f32 what halves are too narrow for: f16 ends at 65504, and bf16 has 8 bits.
#pragma once

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"

namespace hebb {

// f(x); for f16 and bf16 computed in f32 and rounded once.
template <class F>
Tensor in_single(const Tensor& x, F&& f) {
  const bool half = x.dtype() == DType::f16 || x.dtype() == DType::bf16;
  return half ? cast(f(cast(x, DType::f32)), x.dtype()) : f(x);
}

// sum / count, where the count may not fit a half.
inline Tensor divided(const Tensor& sum, double count) {
  return in_single(sum, [&](const Tensor& x) { return x / count; });
}

}  // namespace hebb
