// Elementwise functions of one operand. Integers become f32, except for abs, sign and rounding,
// which give integers.
#pragma once

#include "hebb/kernels/rounding.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor exp(const Tensor& input);
Tensor expm1(const Tensor& input);  // e^x - 1, precise near 0
Tensor exp2(const Tensor& input);
Tensor log(const Tensor& input);    // of 0: -inf, of negative numbers: NaN
Tensor log1p(const Tensor& input);  // log(1 + x), precise near 0
Tensor log2(const Tensor& input);
Tensor log10(const Tensor& input);
Tensor sqrt(const Tensor& input);
Tensor rsqrt(const Tensor& input);       // 1 / sqrt(x)
Tensor reciprocal(const Tensor& input);  // 1 / x

Tensor sin(const Tensor& input);  // radians
Tensor cos(const Tensor& input);
Tensor tan(const Tensor& input);
Tensor asin(const Tensor& input);
Tensor acos(const Tensor& input);
Tensor atan(const Tensor& input);
Tensor sinh(const Tensor& input);
Tensor cosh(const Tensor& input);
Tensor asinh(const Tensor& input);
Tensor acosh(const Tensor& input);
Tensor atanh(const Tensor& input);
Tensor sinc(const Tensor& input);  // sin(πx) / (πx)
Tensor erf(const Tensor& input);
Tensor erfc(const Tensor& input);  // 1 - erf(x), precise where that is small

Tensor abs(const Tensor& input);  // of complex numbers: the magnitude, a real number
// The complex conjugate. Real numbers stay as they are.
Tensor conj(const Tensor& input);
Tensor sign(const Tensor& input);  // -1, 0 or 1; of NaN: 0
Tensor sgn(const Tensor& input);   // the same, and of complex numbers x / |x|
Tensor floor(const Tensor& input);
Tensor ceil(const Tensor& input);
// Rounds half to even, to a number of decimals: round(x, 2) of 2.346 is 2.35, round(x, -2) of 1234
// is 1200.
Tensor round(const Tensor& input, int64_t decimals = 0);
Tensor trunc(const Tensor& input);  // towards zero
Tensor frac(const Tensor& input);   // x - trunc(x)

}  // namespace hebb
