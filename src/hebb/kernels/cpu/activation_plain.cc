// Plain activations and their gradients. A backward loop takes the incoming gradient first.

#include <cmath>

#include "hebb/kernels/cpu/activation_parameters.h"

namespace hebb::cpu {
namespace {

struct Relu {
  template <class T>
  static T apply(T x) {  // NaN stays
    return x <= T(0) ? T(0) : x;
  }
};
struct ReluBackward {  // of the result
  template <class T>
  static T apply(T g, T y) {
    return y <= T(0) ? T(0) : g;
  }
};
struct Hardtanh {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    return x < T(p[0]) ? T(p[0]) : x > T(p[1]) ? T(p[1]) : x;
  }
};
struct HardtanhBackward {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T g, T x) {
    return x <= T(p[0]) || x >= T(p[1]) ? T(0) : g;
  }
};
struct LeakyRelu {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    return x > 0 ? x : x * T(p[0]);
  }
};
struct LeakyReluBackward {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T g, T x) {
    return x > 0 ? g : g * T(p[0]);
  }
};
struct Elu {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    return x < 0 ? T(p[0]) * std::expm1(T(p[2]) * x) : T(p[1]) * x;
  }
};
struct EluBackward {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T g, T x) {
    return x <= 0 ? g * T(p[0]) * std::exp(T(p[2]) * x) : g * T(p[1]);
  }
};

template <class T>
T sigmoid(T x) {
  return T(1) / (T(1) + std::exp(-x));
}

struct Sigmoid {
  template <class T>
  static T apply(T x) {
    return sigmoid(x);
  }
};
struct SigmoidBackward {  // of the result
  template <class T>
  static T apply(T g, T y) {
    return g * (1 - y) * y;
  }
};
struct Tanh {
  template <class T>
  static T apply(T x) {
    return std::tanh(x);
  }
};
struct TanhBackward {  // of the result
  template <class T>
  static T apply(T g, T y) {
    return g * (1 - y * y);
  }
};
struct Silu {
  template <class T>
  static T apply(T x) {
    return x * sigmoid(x);
  }
};
struct SiluBackward {
  template <class T>
  static T apply(T g, T x) {
    const T s = sigmoid(x);
    return g * s * (1 + x * (1 - s));
  }
};

constexpr double root_half = 0.70710678118654752440;

struct Gelu {
  template <class T>
  static T apply(T x) {
    return x * T(0.5) * std::erfc(-x * T(root_half));
  }
};
struct GeluBackward {
  template <class T>
  static T apply(T g, T x) {
    return g * (T(0.5) * std::erfc(-x * T(root_half)) +
                x * T(GeluForm::density_at_0) * std::exp(T(-0.5) * x * x));
  }
};
struct GeluTanh {
  template <class T>
  static T apply(T x) {
    return T(0.5) * x * (1 + std::tanh(T(GeluForm::slope) * (x + T(GeluForm::cubic) * x * x * x)));
  }
};
struct GeluTanhBackward {
  template <class T>
  static T apply(T g, T x) {
    const T k = T(GeluForm::slope), square = T(GeluForm::cubic) * x * x,
            t = std::tanh(k * x * (1 + square));
    return g * T(0.5) * ((1 + t) + x * (1 - t * t) * k * (1 + 3 * square));
  }
};
struct Mish {  // x tanh(softplus(x)), without the overflow of exp(x)²
  template <class T>
  static T apply(T x) {
    if (x > 0) {
      const T e = std::exp(-x);
      return x * (1 + 2 * e) / (1 + 2 * e * (1 + e));
    }
    const T e = std::exp(x);
    return x * (e * (e + 2)) / (e * (e + 2) + 2);
  }
};
struct Softplus {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    const T scaled = x * T(p[0]);
    return scaled > T(p[1]) ? x : std::log1p(std::exp(scaled)) / T(p[0]);
  }
};
struct SoftplusBackward {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T g, T x) {
    const T scaled = x * T(p[0]);
    return scaled > T(p[1]) ? g : g * sigmoid(scaled);
  }
};
struct Softsign {
  template <class T>
  static T apply(T x) {
    return x / (1 + std::abs(x));
  }
};
struct LogSigmoid {
  template <class T>
  static T apply(T x) {
    return (x < 0 ? x : T(0)) - std::log1p(std::exp(-std::abs(x)));
  }
};
struct Hardsigmoid {
  template <class T>
  static T apply(T x) {
    return x < -3 ? T(0) : x > 3 ? T(1) : (x + 3) / 6;
  }
};
struct Hardswish {
  template <class T>
  static T apply(T x) {
    return x * Hardsigmoid::apply(x);
  }
};
struct HardswishBackward {
  template <class T>
  static T apply(T g, T x) {
    return x <= -3 ? T(0) : x < 3 ? g * (x / 3 + T(0.5)) : g;
  }
};
struct Tanhshrink {
  template <class T>
  static T apply(T x) {
    return x - std::tanh(x);
  }
};
struct Threshold {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    return x <= T(p[0]) ? T(p[1]) : x;
  }
};
struct Hardshrink {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    return x >= T(-p[0]) && x <= T(p[0]) ? T(0) : x;
  }
};
struct Softshrink {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    return x > T(p[0]) ? x - T(p[0]) : x < T(-p[0]) ? x + T(p[0]) : x * T(0);
  }
};

template <class F>
constexpr auto unary = pick<F, 1, HEBB_FLOATS>;
template <class F>
constexpr auto binary = pick<F, 2, HEBB_FLOATS>;

}  // namespace

std::span<const ElementwiseRow> activation_rows() {
  static constexpr ElementwiseRow rows[] = {
      {"relu", any_real<Relu>},
      {"relu_backward", binary<ReluBackward>},
      {"relu6", any_real<Hardtanh>, relu6_parameters},
      {"leaky_relu", unary<LeakyRelu>, leaky_relu_parameters},
      {"leaky_relu_backward", binary<LeakyReluBackward>, leaky_relu_parameters},
      {"elu", unary<Elu>, elu_parameters},
      {"celu", unary<Elu>, celu_parameters},
      {"selu", unary<Elu>, selu_parameters},
      {"elu_backward", binary<EluBackward>, elu_backward_parameters},
      {"sigmoid", real_or_complex<Sigmoid>},
      {"sigmoid_backward", binary<SigmoidBackward>},
      {"tanh", real_or_complex<Tanh>},
      {"tanh_backward", binary<TanhBackward>},
      {"silu", real_or_complex<Silu>},
      {"silu_backward", binary<SiluBackward>},
      {"gelu",
       [](const Signature& s) { return is_tanh_gelu(s) ? unary<GeluTanh>(s) : unary<Gelu>(s); }},
      {"gelu_backward",
       [](const Signature& s) {
         return is_tanh_gelu(s) ? binary<GeluTanhBackward>(s) : binary<GeluBackward>(s);
       }},
      {"mish", unary<Mish>},
      {"softplus", unary<Softplus>, softplus_parameters},
      {"softplus_backward", binary<SoftplusBackward>, softplus_parameters},
      {"softsign", real_or_complex<Softsign>},
      {"logsigmoid", unary<LogSigmoid>},
      {"hardtanh", any_real<Hardtanh>, hardtanh_parameters},
      {"hardtanh_backward", binary<HardtanhBackward>, hardtanh_parameters},
      {"hardsigmoid", unary<Hardsigmoid>},
      {"hardswish", unary<Hardswish>},
      {"hardswish_backward", binary<HardswishBackward>},
      {"tanhshrink", real_or_complex<Tanhshrink>},
      {"threshold", any_real<Threshold>, threshold_parameters},
      {"hardshrink", unary<Hardshrink>, shrink_parameters},
      {"softshrink", unary<Softshrink>, shrink_parameters},
  };
  return rows;
}

}  // namespace hebb::cpu
