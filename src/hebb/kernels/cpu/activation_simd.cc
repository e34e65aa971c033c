// Activations and their gradients for f32, in vectors. A backward loop takes the incoming gradient
// first.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/activation_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h

#include "hebb/kernels/cpu/activation_parameters.h"
#include "hebb/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

HWY_INLINE V zero() {
  return hn::Zero(D());
}
HWY_INLINE V set(float value) {
  return hn::Set(D(), value);
}

struct Relu {
  static V apply(V x) { return hn::IfThenZeroElse(hn::Le(x, zero()), x); }
};
struct ReluBackward {
  static V apply(V g, V y) { return hn::IfThenZeroElse(hn::Le(y, zero()), g); }
};
struct Hardtanh {
  using WithParameters = void;
  static V apply(const float* p, V x) {
    return keep_nan(x, hn::Min(hn::Max(x, set(p[0])), set(p[1])));
  }
};
struct HardtanhBackward {
  using WithParameters = void;
  static V apply(const float* p, V g, V x) {
    return hn::IfThenZeroElse(hn::Or(hn::Le(x, set(p[0])), hn::Ge(x, set(p[1]))), g);
  }
};
struct LeakyRelu {
  using WithParameters = void;
  static V apply(const float* p, V x) {
    return hn::IfThenElse(hn::Gt(x, zero()), x, hn::Mul(x, set(p[0])));
  }
};
struct LeakyReluBackward {
  using WithParameters = void;
  static V apply(const float* p, V g, V x) {
    return hn::IfThenElse(hn::Gt(x, zero()), g, hn::Mul(g, set(p[0])));
  }
};
struct Elu {
  using WithParameters = void;
  static V apply(const float* p, V x) {
    const V below = hn::Mul(set(p[0]), expm1_lanes(hn::Mul(hn::Min(x, zero()), set(p[2]))));
    return hn::IfThenElse(hn::Lt(x, zero()), below, hn::Mul(x, set(p[1])));
  }
};
struct EluBackward {
  using WithParameters = void;
  static V apply(const float* p, V g, V x) {
    const V below = hn::Mul(set(p[0]), exp_lanes(hn::Mul(hn::Min(x, zero()), set(p[2]))));
    return hn::Mul(g, hn::IfThenElse(hn::Le(x, zero()), below, set(p[1])));
  }
};
struct Sigmoid {
  static V apply(V x) { return sigmoid_lanes(x); }
};
struct SigmoidBackward {
  static V apply(V g, V y) { return hn::Mul(hn::Mul(g, hn::Sub(set(1), y)), y); }
};
struct Tanh {
  static V apply(V x) { return tanh_lanes(x); }
};
struct TanhBackward {
  static V apply(V g, V y) { return hn::Mul(g, hn::NegMulAdd(y, y, set(1))); }
};
struct Silu {
  static V apply(V x) { return hn::Mul(x, sigmoid_lanes(x)); }
};
struct SiluBackward {
  static V apply(V g, V x) {
    const V s = sigmoid_lanes(x);
    return hn::Mul(hn::Mul(g, s), hn::MulAdd(x, hn::Sub(set(1), s), set(1)));
  }
};
struct Gelu {
  static V apply(V x) { return hn::Mul(x, normal_lanes(x).cumulative); }
};
struct GeluBackward {
  static V apply(V g, V x) {
    const Normal n = normal_lanes(x);
    return hn::Mul(g, hn::MulAdd(x, n.density, n.cumulative));
  }
};

// 1 + tanh(y) = 2 sigmoid(2 y), which keeps its relative precision for negative x.
HWY_INLINE V half_one_plus_tanh(V x) {
  const V cubic = hn::MulAdd(hn::Mul(hn::Mul(x, x), number(GeluForm::cubic)), x, x);
  return sigmoid_lanes(hn::Mul(cubic, number(2 * GeluForm::slope)));
}
struct GeluTanh {
  static V apply(V x) { return hn::Mul(x, half_one_plus_tanh(x)); }
};
struct GeluTanhBackward {
  static V apply(V g, V x) {
    const V s = half_one_plus_tanh(x);
    const V slope = hn::MulAdd(hn::Mul(x, x), number(2 * GeluForm::slope * 3 * GeluForm::cubic),
                               number(2 * GeluForm::slope));
    return hn::Mul(hn::Mul(g, s), hn::MulAdd(hn::Mul(x, hn::Sub(set(1), s)), slope, set(1)));
  }
};
struct Mish {  // x n / (n + 2) with n = e^x (e^x + 2); x itself where that is 1
  static V apply(V x) {
    const V e = exp_lanes(hn::Min(x, set(20)));
    const V n = hn::Mul(e, hn::Add(e, set(2)));
    return hn::IfThenElse(hn::Gt(x, set(20)), x,
                          keep_nan(x, hn::Mul(x, hn::Div(n, hn::Add(n, set(2))))));
  }
};

// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)
HWY_INLINE V softplus_lanes(V x) {
  return hn::Add(hn::Max(x, zero()), hn::Log1p(D(), exp_lanes(hn::Neg(hn::Abs(x)))));
}
struct Softplus {
  using WithParameters = void;
  static V apply(const float* p, V x) {
    const V scaled = hn::Mul(x, set(p[0]));
    return keep_nan(x, hn::IfThenElse(hn::Gt(scaled, set(p[1])), x,
                                      hn::Div(softplus_lanes(scaled), set(p[0]))));
  }
};
struct SoftplusBackward {
  using WithParameters = void;
  static V apply(const float* p, V g, V x) {
    const V scaled = hn::Mul(x, set(p[0]));
    return hn::IfThenElse(hn::Gt(scaled, set(p[1])), g, hn::Mul(g, sigmoid_lanes(scaled)));
  }
};
struct LogSigmoid {
  static V apply(V x) { return keep_nan(x, hn::Neg(softplus_lanes(hn::Neg(x)))); }
};
struct LogitsTerms {  // of binary_cross_entropy_with_logits
  static V apply(V x, V t) {
    const V far = hn::Mul(hn::IfThenElse(hn::Gt(x, zero()), hn::Sub(set(1), t), hn::Neg(t)), x);
    return keep_nan(x, hn::Add(far, softplus_lanes(hn::Neg(hn::Abs(x)))));
  }
};
struct WeightedLogitsTerms {
  static V apply(V x, V t, V w) {
    const V far =
        hn::Mul(hn::IfThenElse(hn::Gt(x, zero()), hn::Sub(set(1), t), hn::Neg(hn::Mul(w, t))), x);
    const V near =
        hn::Mul(hn::MulAdd(hn::Sub(w, set(1)), t, set(1)), softplus_lanes(hn::Neg(hn::Abs(x))));
    return keep_nan(x, hn::Add(far, near));
  }
};
struct Hardsigmoid {
  static V apply(V x) {
    return keep_nan(x, hn::Div(hn::Min(hn::Max(hn::Add(x, set(3)), zero()), set(6)), set(6)));
  }
};
struct Hardswish {
  static V apply(V x) { return hn::Mul(x, Hardsigmoid::apply(x)); }
};
struct HardswishBackward {
  static V apply(V g, V x) {
    const V inner =
        hn::IfThenElse(hn::Lt(x, set(3)), hn::Mul(g, hn::Add(hn::Div(x, set(3)), set(0.5f))), g);
    return hn::IfThenZeroElse(hn::Le(x, set(-3)), inner);
  }
};

constexpr ElementwiseRow activation_table[] = {
    {"relu", pick_simd<Relu, 1>},
    {"relu_backward", pick_simd<ReluBackward, 2>},
    {"relu6", pick_simd<Hardtanh, 1>, relu6_parameters},
    {"hardtanh", pick_simd<Hardtanh, 1>, hardtanh_parameters},
    {"hardtanh_backward", pick_simd<HardtanhBackward, 2>, hardtanh_parameters},
    {"leaky_relu", pick_simd<LeakyRelu, 1>, leaky_relu_parameters},
    {"leaky_relu_backward", pick_simd<LeakyReluBackward, 2>, leaky_relu_parameters},
    {"elu", pick_simd<Elu, 1>, elu_parameters},
    {"celu", pick_simd<Elu, 1>, celu_parameters},
    {"selu", pick_simd<Elu, 1>, selu_parameters},
    {"elu_backward", pick_simd<EluBackward, 2>, elu_backward_parameters},
    {"sigmoid", pick_simd<Sigmoid, 1>},
    {"sigmoid_backward", pick_simd<SigmoidBackward, 2>},
    {"tanh", pick_simd<Tanh, 1>},
    {"tanh_backward", pick_simd<TanhBackward, 2>},
    {"silu", pick_simd<Silu, 1>},
    {"silu_backward", pick_simd<SiluBackward, 2>},
    {"gelu",
     [](const Signature& s) {
       return is_tanh_gelu(s) ? Inner(simd_run<GeluTanh, 1>) : simd_run<Gelu, 1>;
     }},
    {"gelu_backward",
     [](const Signature& s) {
       return is_tanh_gelu(s) ? Inner(simd_run<GeluTanhBackward, 2>) : simd_run<GeluBackward, 2>;
     }},
    {"mish", pick_simd<Mish, 1>},
    {"softplus", pick_simd<Softplus, 1>, softplus_parameters},
    {"softplus_backward", pick_simd<SoftplusBackward, 2>, softplus_parameters},
    {"logsigmoid", pick_simd<LogSigmoid, 1>},
    {"binary_cross_entropy_logits_terms",
     [](const Signature& s) {
       return s.in[2].defined ? Inner(simd_run<WeightedLogitsTerms, 3>) : simd_run<LogitsTerms, 2>;
     }},
    {"hardsigmoid", pick_simd<Hardsigmoid, 1>},
    {"hardswish", pick_simd<Hardswish, 1>},
    {"hardswish_backward", pick_simd<HardswishBackward, 2>},
};

std::span<const ElementwiseRow> activation_table_here() {
  return activation_table;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(activation_table_here);
std::span<const ElementwiseRow> activation_simd_rows() {
  return HWY_DYNAMIC_DISPATCH(activation_table_here)();
}
}  // namespace hebb::cpu
#endif
