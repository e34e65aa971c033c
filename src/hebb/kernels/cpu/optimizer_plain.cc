// Steps of SGD, Adam, RMSprop and NAdam: their numbers, and plain loops computing in f64. Formulas
// as in torch.optim.

#include <cmath>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/optimizer.h"
#include "hebb/kernels/cpu/step_kernel.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu {
namespace {

class SgdKernel : public StepKernel<SgdNumbers> {
 public:
  SgdKernel(const Signature& s, std::span<const StepRow<SgdNumbers>> rows,
            std::string_view kernel_name)
      : StepKernel(s, s.attributes<SgdAttrs>().momentum != 0 || s.in.back().defined, rows,
                   kernel_name, true),
        attrs_(s.attributes<SgdAttrs>()) {}

 private:
  SgdNumbers compute(const StepOperands& given) const override {
    const bool first = given.step <= 1;
    return {given.lr,
            given.momentum.value_or(attrs_.momentum),
            first ? 1 : 1 - attrs_.dampening,
            attrs_.weight_decay,
            first,
            attrs_.nesterov,
            attrs_.maximize};
  }
  SgdAttrs attrs_;
};

class AdamKernel : public StepKernel<AdamNumbers> {
 public:
  AdamKernel(const Signature& s, std::span<const StepRow<AdamNumbers>> rows,
             std::string_view kernel_name)
      : StepKernel(s, s.attributes<AdamAttrs>().amsgrad ? 3 : 2, rows, kernel_name, true),
        attrs_(s.attributes<AdamAttrs>()) {}

 private:
  AdamNumbers compute(const StepOperands& given) const override {
    const AdamAttrs& a = attrs_;
    const double beta1 = given.momentum.value_or(a.beta1),
                 correction1 = a.bias_correction ? 1 - std::pow(beta1, given.step) : 1,
                 correction2 = a.bias_correction ? 1 - std::pow(a.beta2, given.step) : 1;
    return {beta1,
            a.beta2,
            a.eps,
            a.decoupled ? 0 : a.weight_decay,
            a.decoupled ? 1 - given.lr * a.weight_decay : 1,
            given.lr / correction1,
            1 / std::sqrt(correction2),
            a.maximize};
  }
  AdamAttrs attrs_;
};

class RmspropKernel : public StepKernel<RmspropNumbers> {
 public:
  RmspropKernel(const Signature& s, std::span<const StepRow<RmspropNumbers>> rows,
                std::string_view kernel_name)
      : StepKernel(s, states_of(s), rows, kernel_name, true), attrs_(s.attributes<RmspropAttrs>()) {
  }

 private:
  static int states_of(const Signature& s) {
    const auto& a = s.attributes<RmspropAttrs>();
    return 1 + a.centered + (a.momentum != 0 || s.in.back().defined);
  }
  RmspropNumbers compute(const StepOperands& given) const override {
    return {given.lr,
            attrs_.alpha,
            attrs_.eps,
            attrs_.weight_decay,
            given.momentum.value_or(attrs_.momentum),
            attrs_.centered,
            attrs_.maximize};
  }
  RmspropAttrs attrs_;
};

class NadamKernel : public StepKernel<NadamNumbers> {
 public:
  NadamKernel(const Signature& s, std::span<const StepRow<NadamNumbers>> rows,
              std::string_view kernel_name)
      : StepKernel(s, 2, rows, kernel_name), attrs_(s.attributes<NadamAttrs>()) {}

 private:
  double mu(double step) const {
    return attrs_.beta1 * (1 - 0.5 * std::pow(0.96, step * attrs_.momentum_decay));
  }
  NadamNumbers compute(const StepOperands& given) const override {
    const NadamAttrs& a = attrs_;
    const auto [lr, step, momentum] = given;
    // PyTorch keeps this product as state, rounded to the default dtype. It is a function of the
    // step, and negligible after some hundred steps.
    double product = 1;
    for (double i = 1; i <= step && product > 1e-20; ++i)
      product *= mu(i);
    const double next = mu(step + 1);
    return {a.beta1,
            a.beta2,
            a.eps,
            a.decoupled ? 0 : a.weight_decay,
            a.decoupled ? 1 - lr * a.weight_decay : 1,
            lr * (1 - mu(step)) / (1 - product),
            lr * next / (1 - product * next),
            1 / std::sqrt(1 - std::pow(a.beta2, step)),
            a.maximize};
  }
  NadamAttrs attrs_;
};

template <class T>
void sgd_piece(const SgdNumbers& s, int64_t n, const void* const* in, void* const* out,
               int states) {
  const T *p = static_cast<const T*>(in[0]), *grad = static_cast<const T*>(in[1]),
          *buffer = states ? static_cast<const T*>(in[2]) : nullptr;
  T *p_out = static_cast<T*>(out[0]), *buffer_out = states ? static_cast<T*>(out[1]) : nullptr;
  for (int64_t i = 0; i < n; ++i) {
    double g = s.maximize ? -wide(grad[i]) : wide(grad[i]);
    g += s.weight_decay * wide(p[i]);
    if (states) {
      const double moved = s.first ? g : s.momentum * wide(buffer[i]) + s.keep * g;
      buffer_out[i] = narrow<T>(moved);
      g = s.nesterov ? g + s.momentum * moved : moved;
    }
    p_out[i] = narrow<T>(wide(p[i]) - s.lr * g);
  }
}

template <class T>
void adam_piece(const AdamNumbers& s, int64_t n, const void* const* in, void* const* out,
                int states) {
  const T *p = static_cast<const T*>(in[0]), *grad = static_cast<const T*>(in[1]),
          *m = static_cast<const T*>(in[2]), *v = static_cast<const T*>(in[3]);
  const T* most = states > 2 ? static_cast<const T*>(in[4]) : nullptr;
  T *p_out = static_cast<T*>(out[0]), *m_out = static_cast<T*>(out[1]),
    *v_out = static_cast<T*>(out[2]);
  T* most_out = states > 2 ? static_cast<T*>(out[3]) : nullptr;
  for (int64_t i = 0; i < n; ++i) {
    double g = s.maximize ? -wide(grad[i]) : wide(grad[i]);
    g += s.weight_decay * wide(p[i]);
    const double moment = wide(m[i]) + (1 - s.beta1) * (g - wide(m[i]));
    double second = s.beta2 * wide(v[i]) + (1 - s.beta2) * g * g;
    m_out[i] = narrow<T>(moment);
    v_out[i] = narrow<T>(second);
    if (most) {
      second = std::isnan(second) ? second : std::max(second, wide(most[i]));
      most_out[i] = narrow<T>(second);
    }
    p_out[i] = narrow<T>(wide(p[i]) * s.shrink -
                         s.step_size * moment / (std::sqrt(second) * s.scale + s.eps));
  }
}

// States: square_avg, then grad_avg when it is centred, then momentum_buffer when there is
// momentum.
template <class T>
void rmsprop_piece(const RmspropNumbers& s, int64_t n, const void* const* in, void* const* out,
                   int states) {
  const auto from = [&](int i) { return static_cast<const T*>(in[i]); };
  const auto to = [&](int i) { return static_cast<T*>(out[i]); };
  const int mean_at = 2, buffer_at = states;  // in `in`; in `out` one less
  for (int64_t i = 0; i < n; ++i) {
    double g = s.maximize ? -wide(from(1)[i]) : wide(from(1)[i]);
    g += s.weight_decay * wide(from(0)[i]);
    const double square = s.alpha * wide(from(2)[i]) + (1 - s.alpha) * g * g;
    to(1)[i] = narrow<T>(square);
    double variance = square;
    if (s.centered) {
      const double old = wide(from(mean_at + 1)[i]), mean = old + (1 - s.alpha) * (g - old);
      to(mean_at)[i] = narrow<T>(mean);
      variance -= mean * mean;
    }
    double move = g / (std::sqrt(variance) + s.eps);
    if (states > 1 + s.centered) {
      move += s.momentum * wide(from(buffer_at + 1)[i]);
      to(buffer_at)[i] = narrow<T>(move);
    }
    to(0)[i] = narrow<T>(wide(from(0)[i]) - s.lr * move);
  }
}

template <class T>
void nadam_piece(const NadamNumbers& s, int64_t n, const void* const* in, void* const* out, int) {
  const T *p = static_cast<const T*>(in[0]), *grad = static_cast<const T*>(in[1]),
          *m = static_cast<const T*>(in[2]), *v = static_cast<const T*>(in[3]);
  T *p_out = static_cast<T*>(out[0]), *m_out = static_cast<T*>(out[1]),
    *v_out = static_cast<T*>(out[2]);
  for (int64_t i = 0; i < n; ++i) {
    double g = s.maximize ? -wide(grad[i]) : wide(grad[i]);
    g += s.weight_decay * wide(p[i]);
    const double moment = wide(m[i]) + (1 - s.beta1) * (g - wide(m[i]));
    const double second = s.beta2 * wide(v[i]) + (1 - s.beta2) * g * g;
    m_out[i] = narrow<T>(moment);
    v_out[i] = narrow<T>(second);
    p_out[i] = narrow<T>(wide(p[i]) * s.shrink - (s.of_gradient * g + s.of_moment * moment) /
                                                     (std::sqrt(second) * s.scale + s.eps));
  }
}

constexpr StepRow<SgdNumbers> sgd_rows[] = {{DType::f32, sgd_piece<float>},
                                            {DType::f64, sgd_piece<double>},
                                            {DType::f16, sgd_piece<Half>},
                                            {DType::bf16, sgd_piece<BFloat16>}};
constexpr StepRow<AdamNumbers> adam_rows[] = {{DType::f32, adam_piece<float>},
                                              {DType::f64, adam_piece<double>},
                                              {DType::f16, adam_piece<Half>},
                                              {DType::bf16, adam_piece<BFloat16>}};

constexpr StepRow<RmspropNumbers> rmsprop_rows[] = {{DType::f32, rmsprop_piece<float>},
                                                    {DType::f64, rmsprop_piece<double>},
                                                    {DType::f16, rmsprop_piece<Half>},
                                                    {DType::bf16, rmsprop_piece<BFloat16>}};
constexpr StepRow<NadamNumbers> nadam_rows[] = {{DType::f32, nadam_piece<float>},
                                                {DType::f64, nadam_piece<double>},
                                                {DType::f16, nadam_piece<Half>},
                                                {DType::bf16, nadam_piece<BFloat16>}};

}  // namespace

PreparedKernel sgd_kernel(const Signature& s, std::span<const StepRow<SgdNumbers>> rows,
                          std::string_view name) {
  return made<SgdKernel>(s, rows, name);
}
PreparedKernel adam_kernel(const Signature& s, std::span<const StepRow<AdamNumbers>> rows,
                           std::string_view name) {
  return made<AdamKernel>(s, rows, name);
}
PreparedKernel rmsprop_kernel(const Signature& s, std::span<const StepRow<RmspropNumbers>> rows,
                              std::string_view name) {
  return made<RmspropKernel>(s, rows, name);
}
PreparedKernel nadam_kernel(const Signature& s, std::span<const StepRow<NadamNumbers>> rows,
                            std::string_view name) {
  return made<NadamKernel>(s, rows, name);
}
std::span<const StepRow<SgdNumbers>> plain_sgd_rows() {
  return sgd_rows;
}
std::span<const StepRow<AdamNumbers>> plain_adam_rows() {
  return adam_rows;
}
std::span<const StepRow<RmspropNumbers>> plain_rmsprop_rows() {
  return rmsprop_rows;
}
std::span<const StepRow<NadamNumbers>> plain_nadam_rows() {
  return nadam_rows;
}

namespace impl {
PreparedKernel sgd_plain(const Signature& s) {
  return sgd_kernel(s, sgd_rows, "plain");
}
PreparedKernel adam_plain(const Signature& s) {
  return adam_kernel(s, adam_rows, "plain");
}
PreparedKernel rmsprop_plain(const Signature& s) {
  return rmsprop_kernel(s, rmsprop_rows, "plain");
}
PreparedKernel nadam_plain(const Signature& s) {
  return nadam_kernel(s, nadam_rows, "plain");
}
}  // namespace impl

}  // namespace hebb::cpu
