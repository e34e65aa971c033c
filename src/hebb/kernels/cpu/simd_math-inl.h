// exp, log, tanh, sigmoid and the normal distribution for f32 vectors: Highway's, with NaN,
// infinities and overflow as std's. Relative errors are below 1e-6. Included as simd_loop-inl.h is.

#if defined(HEBB_SIMD_MATH_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_SIMD_MATH_INL_H
#undef HEBB_SIMD_MATH_INL_H
#else
#define HEBB_SIMD_MATH_INL_H
#endif

#include <hwy/contrib/math/math-inl.h>

#include "hebb/kernels/cpu/simd_loop-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

// result, or NaN where x is.
HWY_INLINE V keep_nan(V x, V result) {
  return hn::IfThenElse(hn::Eq(x, x), result, x);
}

HWY_INLINE V exp_lanes(V x) {
  return keep_nan(x, hn::Exp(D(), hn::Min(x, number(104))));
}

HWY_INLINE V log_lanes(V x) {
  const V zero = hn::Zero(D()), infinity = number(HUGE_VALF);
  V y = hn::Log(D(), x);
  y = hn::IfThenElse(hn::Eq(x, infinity), infinity, y);
  y = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(infinity), y);
  return keep_nan(x, hn::IfThenElse(hn::Lt(x, zero), hn::NaN(D()), y));
}

HWY_INLINE V expm1_lanes(V x) {
  return keep_nan(x, hn::Expm1(D(), hn::Min(x, number(104))));
}
HWY_INLINE V tanh_lanes(V x) {
  return keep_nan(x, hn::Tanh(D(), x));
}
HWY_INLINE V sigmoid_lanes(V x) {
  return hn::Div(number(1), hn::Add(number(1), exp_lanes(hn::Neg(x))));
}

// x² - square, exactly, where square is x² rounded.
HWY_INLINE V rounding_of_square(V x, V square) {
#if HWY_NATIVE_FMA  // MulSub rounds once
  return hn::MulSub(x, x, square);
#else  // the upper half of x has an exact square (Dekker 1971)
  const hn::RebindToUnsigned<D> bits;
  const V upper = hn::And(x, hn::BitCast(D(), hn::Set(bits, 0xFFFFF000u)));
  return hn::MulAdd(hn::Sub(x, upper), hn::Add(x, upper), hn::Sub(hn::Mul(upper, upper), square));
#endif
}

// The standard normal distribution: density, and the cumulative one by its tail exp(-x²/2) Q(|x|),
// where Q is a polynomial in 1 / (1 + 0.35 |x|), fitted by least squares with Lawson's weights to a
// relative error of 3e-8 up to |x| = 14.5.
struct Normal {
  V density, cumulative;
};
HWY_INLINE Normal normal_lanes(V x) {
  const V a = hn::Min(hn::Abs(x), number(14.5));  // exp(-a²/2) is zero from there on
  const V square = hn::Mul(a, a), rounding = rounding_of_square(a, square);  // exp would magnify it
  V e = hn::Exp(D(), hn::Mul(number(-0.5), square));
  e = hn::NegMulAdd(hn::Mul(number(0.5), rounding), e, e);
  const V t = hn::Div(number(1), hn::MulAdd(number(0.35), a, number(1)));
  V q = number(-0.02915787747);
  q = hn::MulAdd(q, t, number(0.1440308798));
  q = hn::MulAdd(q, t, number(-0.255838923));
  q = hn::MulAdd(q, t, number(0.1593196048));
  q = hn::MulAdd(q, t, number(-0.02321229255));
  q = hn::MulAdd(q, t, number(0.1055524772));
  q = hn::MulAdd(q, t, number(0.1198212938));
  q = hn::MulAdd(q, t, number(0.1398635146));
  q = hn::MulAdd(q, t, number(0.1396213069));
  const V tail = hn::Mul(e, hn::Mul(q, t));
  const V upper = hn::Sub(number(1), tail);
  return {hn::Mul(e, number(0.3989422804014327)),
          keep_nan(x, hn::IfThenElse(hn::Lt(x, hn::Zero(D())), tail, upper))};
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
