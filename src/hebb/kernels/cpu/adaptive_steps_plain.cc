// Adaptive steps: their numbers, and plain loops computing in f64. Formulas as in torch.optim;
// Lion's: Chen et al. 2023.

#include "hebb/kernels/cpu/adaptive_steps.h"

#include <algorithm>
#include <cmath>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/step_kernel.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu {
namespace {

// A rule has its attributes and numbers, the states that it keeps of each parameter, and a loop.
template <class Rule>
class RuleKernel : public StepKernel<typename Rule::Numbers> {
 public:
  RuleKernel(const Signature& s, std::span<const StepRow<typename Rule::Numbers>> rows,
             std::string_view name)
      : StepKernel<typename Rule::Numbers>(s, Rule::states, rows, name, has_beta1),
        attrs_(s.attributes<typename Rule::Attrs>()) {}

 private:
  static constexpr bool has_beta1 = requires(typename Rule::Attrs a) { a.beta1; };
  typename Rule::Numbers compute(const StepOperands& given) const override {
    typename Rule::Attrs attrs = attrs_;
    if constexpr (has_beta1)
      attrs.beta1 = given.momentum.value_or(attrs.beta1);
    return Rule::numbers(attrs, given.lr, given.step);
  }
  typename Rule::Attrs attrs_;
};

template <class Rule>
PreparedKernel kernel_of(const Signature& s, StepPiece<typename Rule::Numbers> f32) {
  std::vector<StepRow<typename Rule::Numbers>> rows;
  if (f32)
    rows.push_back({DType::f32, f32});
  rows.push_back({DType::f32, Rule::template piece<float>});
  rows.push_back({DType::f64, Rule::template piece<double>});
  rows.push_back({DType::f16, Rule::template piece<Half>});
  rows.push_back({DType::bf16, Rule::template piece<BFloat16>});
  return made<RuleKernel<Rule>>(s, std::span<const StepRow<typename Rule::Numbers>>(rows),
                                f32 ? "simd" : "plain");
}

// The elements of one piece: operand 0 is the parameter, 1 the gradient, then the states; results
// are the parameter, then the states.
template <class T>
struct Elements {
  const void* const* in;
  void* const* out;
  double param(int64_t i) const { return wide(static_cast<const T*>(in[0])[i]); }
  double state(int k, int64_t i) const { return wide(static_cast<const T*>(in[2 + k])[i]); }
  void set_param(int64_t i, double v) const { static_cast<T*>(out[0])[i] = narrow<T>(v); }
  void set_state(int k, int64_t i, double v) const {
    static_cast<T*>(out[1 + k])[i] = narrow<T>(v);
  }
  // With its sign as asked, and the decay as part of it.
  double grad(int64_t i, bool maximize, double weight_decay) const {
    const double g = wide(static_cast<const T*>(in[1])[i]);
    return (maximize ? -g : g) + weight_decay * param(i);
  }
};

double sign_of(double v) {
  return std::isnan(v) ? v : double(v > 0) - double(v < 0);
}

struct Adagrad {
  using Attrs = AdagradAttrs;
  using Numbers = AdagradNumbers;
  static constexpr int states = 1;
  static Numbers numbers(const Attrs& a, double lr, double step) {
    return {lr / (1 + (step - 1) * a.lr_decay), a.eps, a.weight_decay, a.maximize};
  }
  template <class T>
  static void piece(const Numbers& s, int64_t n, const void* const* in, void* const* out, int) {
    const Elements<T> e{in, out};
    for (int64_t i = 0; i < n; ++i) {
      const double g = e.grad(i, s.maximize, s.weight_decay), sum = e.state(0, i) + g * g;
      e.set_state(0, i, sum);
      e.set_param(i, e.param(i) - s.lr * g / (std::sqrt(sum) + s.eps));
    }
  }
};

struct Adadelta {
  using Attrs = AdadeltaAttrs;
  using Numbers = AdadeltaNumbers;
  static constexpr int states = 2;  // square_avg, acc_delta
  static Numbers numbers(const Attrs& a, double lr, double) {
    return {lr, a.rho, a.eps, a.weight_decay, a.maximize};
  }
  template <class T>
  static void piece(const Numbers& s, int64_t n, const void* const* in, void* const* out, int) {
    const Elements<T> e{in, out};
    for (int64_t i = 0; i < n; ++i) {
      const double g = e.grad(i, s.maximize, s.weight_decay),
                   square = s.rho * e.state(0, i) + (1 - s.rho) * g * g, moved = e.state(1, i),
                   delta = std::sqrt(moved + s.eps) / std::sqrt(square + s.eps) * g;
      e.set_state(0, i, square);
      e.set_state(1, i, s.rho * moved + (1 - s.rho) * delta * delta);
      e.set_param(i, e.param(i) - s.lr * delta);
    }
  }
};

struct Adamax {
  using Attrs = AdamaxAttrs;
  using Numbers = AdamaxNumbers;
  static constexpr int states = 2;  // exp_avg, exp_inf
  static Numbers numbers(const Attrs& a, double lr, double step) {
    return {a.beta1,   a.beta2, a.eps, a.weight_decay, lr / (1 - std::pow(a.beta1, step)),
            a.maximize};
  }
  template <class T>
  static void piece(const Numbers& s, int64_t n, const void* const* in, void* const* out, int) {
    const Elements<T> e{in, out};
    for (int64_t i = 0; i < n; ++i) {
      const double g = e.grad(i, s.maximize, s.weight_decay), old = e.state(0, i),
                   moment = old + (1 - s.beta1) * (g - old), size = std::abs(g) + s.eps;
      const double most = std::isnan(size) ? size : std::max(s.beta2 * e.state(1, i), size);
      e.set_state(0, i, moment);
      e.set_state(1, i, most);
      e.set_param(i, e.param(i) - s.step_size * moment / most);
    }
  }
};

struct Radam {
  using Attrs = RadamAttrs;
  using Numbers = RadamNumbers;
  static constexpr int states = 2;  // exp_avg, exp_avg_sq
  static Numbers numbers(const Attrs& a, double lr, double step) {
    const double power2 = std::pow(a.beta2, step), correction1 = 1 - std::pow(a.beta1, step),
                 correction2 = 1 - power2, longest = 2 / (1 - a.beta2) - 1,
                 length = longest - 2 * step * power2 / correction2;
    const bool adaptive = length > 5;
    double step_size = lr / correction1;
    if (adaptive)
      step_size *= std::sqrt(correction2 * (length - 4) * (length - 2) * longest /
                             ((longest - 4) * (longest - 2) * length));
    return {a.beta1,
            a.beta2,
            a.eps,
            a.decoupled ? 0 : a.weight_decay,
            a.decoupled ? 1 - lr * a.weight_decay : 1,
            step_size,
            adaptive,
            a.maximize};
  }
  template <class T>
  static void piece(const Numbers& s, int64_t n, const void* const* in, void* const* out, int) {
    const Elements<T> e{in, out};
    for (int64_t i = 0; i < n; ++i) {
      const double g = e.grad(i, s.maximize, s.weight_decay), old = e.state(0, i),
                   moment = old + (1 - s.beta1) * (g - old),
                   second = s.beta2 * e.state(1, i) + (1 - s.beta2) * g * g;
      e.set_state(0, i, moment);
      e.set_state(1, i, second);
      e.set_param(i, e.param(i) * s.shrink -
                         s.step_size * moment / (s.adaptive ? std::sqrt(second) + s.eps : 1));
    }
  }
};

struct Lion {
  using Attrs = LionAttrs;
  using Numbers = LionNumbers;
  static constexpr int states = 1;  // exp_avg
  static Numbers numbers(const Attrs& a, double lr, double) {
    return {lr, a.weight_decay, a.beta1, a.blend ? a.beta2 : a.beta1, a.blend, a.maximize};
  }
  template <class T>
  static void piece(const Numbers& s, int64_t n, const void* const* in, void* const* out, int) {
    const Elements<T> e{in, out};
    for (int64_t i = 0; i < n; ++i) {
      const double g = e.grad(i, s.maximize, 0), old = e.state(0, i), w = e.param(i),
                   moment = old + (1 - s.for_momentum) * (g - old),
                   ahead = s.blend ? old + (1 - s.for_sign) * (g - old) : moment;
      e.set_state(0, i, moment);
      e.set_param(i, w - s.lr * (sign_of(ahead) + s.weight_decay * w));
    }
  }
};

struct Rprop {
  using Attrs = RpropAttrs;
  using Numbers = RpropNumbers;
  static constexpr int states = 2;  // prev, step_size
  static Numbers numbers(const Attrs& a, double lr, double step) {
    return {lr, a.eta_minus, a.eta_plus, a.smallest, a.largest, step <= 1, a.maximize};
  }
  template <class T>
  static void piece(const Numbers& s, int64_t n, const void* const* in, void* const* out, int) {
    const Elements<T> e{in, out};
    for (int64_t i = 0; i < n; ++i) {
      double g = e.grad(i, s.maximize, 0);
      const double turn = s.first ? 0 : g * e.state(0, i), size = s.first ? s.lr : e.state(1, i);
      const double factor = turn > 0 ? s.eta_plus : turn < 0 ? s.eta_minus : turn == 0 ? 1 : turn;
      const double next = size * factor;
      const double step = std::isnan(next) ? next : std::clamp(next, s.smallest, s.largest);
      if (turn < 0)  // it has jumped over a minimum: no move, and none of its sign is kept
        g = 0;
      e.set_state(0, i, g);
      e.set_state(1, i, step);
      e.set_param(i, e.param(i) - sign_of(g) * step);
    }
  }
};

struct Asgd {
  using Attrs = AsgdAttrs;
  using Numbers = AsgdNumbers;
  static constexpr int states = 1;  // ax
  // PyTorch keeps eta and mu as states, made in the step before; they follow from the step.
  static Numbers numbers(const Attrs& a, double lr, double step) {
    const double eta = lr / std::pow(1 + a.lambd * lr * (step - 1), a.alpha),
                 mu = 1 / std::max(1.0, step - 1 - a.t0);
    return {eta, 1 - a.lambd * eta, a.weight_decay, mu, a.maximize};
  }
  template <class T>
  static void piece(const Numbers& s, int64_t n, const void* const* in, void* const* out, int) {
    const Elements<T> e{in, out};
    for (int64_t i = 0; i < n; ++i) {
      const double g = e.grad(i, s.maximize, s.weight_decay), w = e.param(i) * s.shrink - s.eta * g,
                   average = e.state(0, i);
      e.set_param(i, w);
      e.set_state(0, i, s.mu == 1 ? w : average + s.mu * (w - average));
    }
  }
};

}  // namespace

PreparedKernel step_kernel(const Signature& s, StepPiece<AdagradNumbers> f32) {
  return kernel_of<Adagrad>(s, f32);
}
PreparedKernel step_kernel(const Signature& s, StepPiece<AdadeltaNumbers> f32) {
  return kernel_of<Adadelta>(s, f32);
}
PreparedKernel step_kernel(const Signature& s, StepPiece<AdamaxNumbers> f32) {
  return kernel_of<Adamax>(s, f32);
}
PreparedKernel step_kernel(const Signature& s, StepPiece<RadamNumbers> f32) {
  return kernel_of<Radam>(s, f32);
}
PreparedKernel step_kernel(const Signature& s, StepPiece<LionNumbers> f32) {
  return kernel_of<Lion>(s, f32);
}
PreparedKernel step_kernel(const Signature& s, StepPiece<RpropNumbers> f32) {
  return kernel_of<Rprop>(s, f32);
}
PreparedKernel step_kernel(const Signature& s, StepPiece<AsgdNumbers> f32) {
  return kernel_of<Asgd>(s, f32);
}

namespace impl {
PreparedKernel adagrad_plain(const Signature& s) {
  return kernel_of<Adagrad>(s, nullptr);
}
PreparedKernel adadelta_plain(const Signature& s) {
  return kernel_of<Adadelta>(s, nullptr);
}
PreparedKernel adamax_plain(const Signature& s) {
  return kernel_of<Adamax>(s, nullptr);
}
PreparedKernel radam_plain(const Signature& s) {
  return kernel_of<Radam>(s, nullptr);
}
PreparedKernel lion_plain(const Signature& s) {
  return kernel_of<Lion>(s, nullptr);
}
PreparedKernel rprop_plain(const Signature& s) {
  return kernel_of<Rprop>(s, nullptr);
}
PreparedKernel asgd_plain(const Signature& s) {
  return kernel_of<Asgd>(s, nullptr);
}
}  // namespace impl

}  // namespace hebb::cpu
