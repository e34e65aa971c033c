// Functions of one number for f32, in vectors.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/math_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h

#include "hebb/kernels/cpu/simd_math-inl.h"
#include "hebb/kernels/rounding.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

struct Exp {
  static V apply(V x) { return exp_lanes(x); }
};
struct Expm1 {
  static V apply(V x) { return expm1_lanes(x); }
};
struct Log {
  static V apply(V x) { return log_lanes(x); }
};
struct Sqrt {
  static V apply(V x) { return hn::Sqrt(x); }
};
struct Rsqrt {
  static V apply(V x) { return hn::Div(number(1), hn::Sqrt(x)); }
};
struct Reciprocal {
  static V apply(V x) { return hn::Div(number(1), x); }
};
struct Abs {
  static V apply(V x) { return hn::Abs(x); }
};
struct Floor {
  static V apply(V x) { return hn::Floor(x); }
};
struct Ceil {
  static V apply(V x) { return hn::Ceil(x); }
};
struct Round {
  static V apply(V x) { return hn::Round(x); }
};
struct Trunc {
  static V apply(V x) { return hn::Trunc(x); }
};

inline Inner pick_round(const Signature& s) {
  return s.attributes<RoundAttrs>().decimals == 0 ? Inner(simd_run<Round, 1>) : nullptr;
}

constexpr ElementwiseRow math_table[] = {
    {"exp", pick_simd<Exp, 1>},     {"expm1", pick_simd<Expm1, 1>},
    {"log", pick_simd<Log, 1>},     {"sqrt", pick_simd<Sqrt, 1>},
    {"rsqrt", pick_simd<Rsqrt, 1>}, {"reciprocal", pick_simd<Reciprocal, 1>},
    {"abs", pick_simd<Abs, 1>},     {"floor", pick_simd<Floor, 1>},
    {"ceil", pick_simd<Ceil, 1>},   {"round", pick_round},
    {"trunc", pick_simd<Trunc, 1>},
};

std::span<const ElementwiseRow> math_table_here() {
  return math_table;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(math_table_here);
std::span<const ElementwiseRow> math_simd_rows() {
  return HWY_DYNAMIC_DISPATCH(math_table_here)();
}
}  // namespace hebb::cpu
#endif
