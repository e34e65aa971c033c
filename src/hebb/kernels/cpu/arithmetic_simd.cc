// Arithmetic, minima and maxima for f32, in vectors.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/arithmetic_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h

#include "hebb/kernels/cpu/arithmetic_parameters.h"
#include "hebb/kernels/cpu/simd_loop-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

struct Add {
  static V apply(V a, V b) { return hn::Add(a, b); }
};
struct Sub {
  static V apply(V a, V b) { return hn::Sub(a, b); }
};
struct AddScaled {
  using WithParameters = void;
  static V apply(const float* p, V a, V b) { return hn::MulAdd(b, hn::Set(D(), p[0]), a); }
};
struct Mul {
  static V apply(V a, V b) { return hn::Mul(a, b); }
};
struct Div {
  static V apply(V a, V b) { return hn::Div(a, b); }
};
struct Neg {
  static V apply(V a) { return hn::Neg(a); }
};
struct Square {
  static V apply(V a) { return hn::Mul(a, a); }
};

// NaN wins, from either side; hardware answers with one of the operands.
HWY_INLINE V nan_wins(V a, V b, V result) {
  return hn::IfThenElse(hn::Eq(a, a), hn::IfThenElse(hn::Eq(b, b), result, b), a);
}
struct Maximum {
  static V apply(V a, V b) { return nan_wins(a, b, hn::Max(a, b)); }
};
struct Minimum {
  static V apply(V a, V b) { return nan_wins(a, b, hn::Min(a, b)); }
};
struct Clamp {
  static V apply(V x, V low, V high) { return Minimum::apply(Maximum::apply(x, low), high); }
};
struct ClampBackward {
  static V apply(V g, V x, V low, V high) {
    return hn::IfThenElseZero(hn::And(hn::Gt(x, low), hn::Lt(x, high)), g);
  }
};
struct ClampMinBackward {
  static V apply(V g, V x, V low) { return hn::IfThenElseZero(hn::Gt(x, low), g); }
};
struct ClampMaxBackward {
  static V apply(V g, V x, V high) { return hn::IfThenElseZero(hn::Lt(x, high), g); }
};

constexpr ElementwiseRow arithmetic_table[] = {
    {"add",
     [](const Signature& s) {
       return has_alpha(s) ? Inner(simd_run<AddScaled, 2>) : simd_run<Add, 2>;
     },
     add_parameters},
    {"sub",
     [](const Signature& s) {
       return has_alpha(s) ? Inner(simd_run<AddScaled, 2>) : simd_run<Sub, 2>;
     },
     sub_parameters},
    {"mul", pick_simd<Mul, 2>},
    {"div",
     [](const Signature& s) {
       return s.attributes<DivAttrs>().rounding_mode ? nullptr : Inner(simd_run<Div, 2>);
     }},
    {"neg", pick_simd<Neg, 1>},
    {"square", pick_simd<Square, 1>},
    {"maximum", pick_simd<Maximum, 2>},
    {"minimum", pick_simd<Minimum, 2>},
    {"clamp",
     [](const Signature& s) {
       if (s.in[1].defined && s.in[2].defined)
         return Inner(simd_run<Clamp, 3>);
       return Inner(s.in[1].defined ? simd_run<Maximum, 2> : simd_run<Minimum, 2>);
     }},
    {"clamp_backward",
     [](const Signature& s) {
       if (s.in[2].defined && s.in[3].defined)
         return Inner(simd_run<ClampBackward, 4>);
       return Inner(s.in[2].defined ? simd_run<ClampMinBackward, 3>
                                    : simd_run<ClampMaxBackward, 3>);
     }},
};

std::span<const ElementwiseRow> arithmetic_table_here() {
  return arithmetic_table;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(arithmetic_table_here);
std::span<const ElementwiseRow> arithmetic_simd_rows() {
  return HWY_DYNAMIC_DISPATCH(arithmetic_table_here)();
}
}  // namespace hebb::cpu
#endif
