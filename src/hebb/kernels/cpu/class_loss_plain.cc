// Cross-entropy and negative log-likelihood against class indices; class_loss.h has the formulas. Row losses are computed in
// f64 and added in the order of the rows.

#include "hebb/kernels/cpu/class_loss.h"

#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu {

void ClassLossShape::check_targets(const int64_t* target) const {
  for (int64_t r = 0; r < rows; ++r) {
    if ((target[r] >= 0 && target[r] < classes) || target[r] == ignore) continue;
    Dims position(target_shape.size(), 0);
    for (int64_t i = int64_t(position.size()), rest = r; i-- > 0; rest /= target_shape[size_t(i)])
      position[size_t(i)] = rest % target_shape[size_t(i)];
    check(false, "target{} is {}, but the input has {} classes: 0 to {}", position.empty() ? "" : to_string(position), target[r], classes,
          classes - 1);
  }
}

namespace {

// log_sum_exp and total_weight are kept in f32 for the half types, whose rounding would show in the gradient.
template <class T>
using Statistic = std::conditional_t<std::is_same_v<T, double>, double, float>;

template <class T>
class Forward : public Kernel {
 public:
  Forward(const Signature& s, const ClassLossRows<T>& rows, std::string_view kernel_name) : shape_(s, false), rows_(rows) {
    name = kernel_name;
    for (const Operand& in : s.in) wants_in.push_back(in.defined ? std::optional(contiguous_strides(in.shape)) : std::nullopt);
    scratch_bytes = shape_.per_row ? 0 : size_t(shape_.rows) * sizeof(double);
  }
  void run(const Buffers& b) const override {
    const T *x = b.input<T>(0), *w = shape_.weighted ? b.input<T>(2) : nullptr;
    const int64_t* target = b.input<int64_t>(1);
    T* out = b.output<T>(0);
    auto* log_sum_exp = b.output<Statistic<T>>(1);
    auto* losses = static_cast<double*>(b.scratch);
    shape_.check_targets(target);
    parallel_for(shape_.rows, std::max<int64_t>(1, 8192 / std::max<int64_t>(1, shape_.classes)), [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        const T* row = x + shape_.start(r);
        const double high = shape_.logits ? rows_.log_sum_exp(row, shape_.classes, shape_.inner) : 0;
        if (log_sum_exp) log_sum_exp[r] = Statistic<T>(high);
        const double loss = target[r] == shape_.ignore ? 0 : row_loss(row, w, target[r], high);
        if (shape_.per_row) out[r] = narrow<T>(loss);
        else losses[r] = loss;
      }
    });
    double total_weight = 0, total = 0;
    for (int64_t r = 0; r < shape_.rows; ++r) {
      if (target[r] != shape_.ignore) total_weight += w ? wide(w[target[r]]) : 1;
      if (!shape_.per_row) total += losses[r];
    }
    if (b.out[2]) *b.output<Statistic<T>>(2) = Statistic<T>(total_weight);
    if (!shape_.per_row) *out = narrow<T>(shape_.mean ? total / total_weight : total);
  }

 private:
  double row_loss(const T* row, const T* w, int64_t t, double high) const {
    const double s = shape_.smoothing;
    double loss = (1 - s) * (w ? wide(w[t]) : 1) * (high - wide(row[t * shape_.inner]));
    if (s == 0) return loss;
    double spread = 0;
    for (int64_t c = 0; c < shape_.classes; ++c) spread += (w ? wide(w[c]) : 1) * (high - wide(row[c * shape_.inner]));
    return loss + s / double(shape_.classes) * spread;
  }

  ClassLossShape shape_;
  ClassLossRows<T> rows_;
};

template <class T>
class Backward : public Kernel {
 public:
  Backward(const Signature& s, const ClassLossRows<T>& rows, std::string_view kernel_name) : shape_(s, true), rows_(rows) {
    name = kernel_name;
    for (const Operand& in : s.in) wants_in.push_back(in.defined ? std::optional(contiguous_strides(in.shape)) : std::nullopt);
  }
  void run(const Buffers& b) const override {
    const T *grad = b.input<T>(0), *x = b.input<T>(1), *w = shape_.weighted ? b.input<T>(3) : nullptr;
    const auto* log_sum_exp = b.input<Statistic<T>>(4);
    const int64_t* target = b.input<int64_t>(2);
    T* dx = b.output<T>(0);
    const double scale = shape_.mean ? 1 / double(*b.input<Statistic<T>>(5)) : 1;
    shape_.check_targets(target);
    double weights = double(shape_.classes);
    if (w && shape_.smoothing != 0) {
      weights = 0;
      for (int64_t c = 0; c < shape_.classes; ++c) weights += wide(w[c]);
    }
    const double s = shape_.smoothing, even = s / double(shape_.classes);
    parallel_for(shape_.rows, std::max<int64_t>(1, 8192 / std::max<int64_t>(1, shape_.classes)), [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        T* row = dx + shape_.start(r);
        const int64_t t = target[r];
        const bool ignored = t == shape_.ignore;
        const double g = ignored ? 0 : wide(grad[shape_.per_row ? r : 0]) * scale;
        const double hit = ignored ? 0 : (1 - s) * (w ? wide(w[t]) : 1), all = hit + even * weights;
        if (ignored || !shape_.logits)
          for (int64_t c = 0; c < shape_.classes; ++c) row[c * shape_.inner] = narrow<T>(0);
        if (ignored) continue;
        if (shape_.logits) rows_.probabilities(x + shape_.start(r), shape_.classes, shape_.inner, double(log_sum_exp[r]), g * all, row);
        if (s != 0)
          for (int64_t c = 0; c < shape_.classes; ++c) {
            T& at = row[c * shape_.inner];
            at = narrow<T>(wide(at) - g * even * (w ? wide(w[c]) : 1));
          }
        T& at = row[t * shape_.inner];
        at = narrow<T>(wide(at) - g * hit);
      }
    });
  }

 private:
  ClassLossShape shape_;
  ClassLossRows<T> rows_;
};

template <class T>
double log_sum_exp(const T* x, int64_t n, int64_t step) {
  double most = -std::numeric_limits<double>::infinity(), sum = 0;
  for (int64_t i = 0; i < n; ++i) most = std::max(most, wide(x[i * step]));
  for (int64_t i = 0; i < n; ++i) sum += std::exp(wide(x[i * step]) - most);
  return most + std::log(sum);
}

template <class T>
void probabilities(const T* x, int64_t n, int64_t step, double log_sum_exp, double scale, T* dx) {
  for (int64_t i = 0; i < n; ++i) dx[i * step] = narrow<T>(scale * std::exp(wide(x[i * step]) - log_sum_exp));
}

template <class T>
constexpr ClassLossRows<T> plain_rows{log_sum_exp<T>, probabilities<T>};

}  // namespace

template <class T>
PreparedKernel class_loss_kernel(const Signature& s, const ClassLossRows<T>& rows, std::string_view name) {
  if (s.op.ends_with("_backward")) return std::make_shared<Backward<T>>(s, rows, name);
  return std::make_shared<Forward<T>>(s, rows, name);
}
template PreparedKernel class_loss_kernel(const Signature&, const ClassLossRows<float>&, std::string_view);

namespace impl {

PreparedKernel class_loss_plain(const Signature& s) {
  switch (s.out[0].dtype) {
    case DType::f16: return class_loss_kernel<Half>(s, plain_rows<Half>, "plain");
    case DType::bf16: return class_loss_kernel<BFloat16>(s, plain_rows<BFloat16>, "plain");
    case DType::f32: return class_loss_kernel<float>(s, plain_rows<float>, "plain");
    case DType::f64: return class_loss_kernel<double>(s, plain_rows<double>, "plain");
    default: return nullptr;
  }
}

}  // namespace impl
}  // namespace hebb::cpu
