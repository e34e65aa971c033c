// Cross-entropy and negative log-likelihood against class indices; class_loss.h has the formulas.
// Row losses are computed and added in f64.

#include "hebb/kernels/cpu/class_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu {

void ClassLossShape::check_targets(const int64_t* target) const {
  for (int64_t r = 0; r < rows; ++r) {
    if ((target[r] >= 0 && target[r] < classes) || target[r] == ignore)
      continue;
    Dims position(target_shape.size(), 0);
    for (int64_t i = int64_t(position.size()), rest = r; i-- > 0; rest /= target_shape[size_t(i)])
      position[size_t(i)] = rest % target_shape[size_t(i)];
    check(false, "target{} is {}, but the input has {} classes: 0 to {}",
          position.empty() ? "" : to_string(position), target[r], classes, classes - 1);
  }
}

namespace {

// Rows are processed in blocks. The losses of a block are added in the order of its rows, then
// those of the blocks.
template <class T>
class ClassLoss : public Kernel {
 protected:
  ClassLoss(const Signature& s, ClassLossForm form, const ClassLossLoops<T>& loops,
            std::string_view kernel_name)
      : shape_(s, form), loops_(loops) {
    name = kernel_name;
    for (const Operand& in : s.in)
      wants_in.push_back(in.defined ? std::optional(contiguous_strides(in.shape)) : std::nullopt);
    const size_t input = form.backward ? 1 : 0;
    wants_in[input] = unless_so(s.in[input], shape_.input_strides(s.in[input].shape));
    // Enough work for a block, and at least a vector of columns.
    per_block_ = std::clamp<int64_t>(grain / std::max<int64_t>(1, shape_.classes),
                                     shape_.inner > 1 ? 16 : 1, ClassLossBlock::most_rows);
    run_ = shape_.inner > 1 ? shape_.inner : shape_.rows;
    blocks_per_run_ = (run_ + per_block_ - 1) / per_block_;
    blocks_ = run_ > 0 ? shape_.rows / run_ * blocks_per_run_ : 0;
  }
  // Calls f(number of the block, its first row, the block) for all blocks, in parallel.
  template <class F>
  void each_block(F&& f) const {
    const int64_t work = std::max<int64_t>(1, shape_.classes * std::min(per_block_, run_));
    parallel_for(blocks_, std::max<int64_t>(1, grain / work), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t within = i % blocks_per_run_ * per_block_;
        f(i, i / blocks_per_run_ * run_ + within,
          ClassLossBlock{std::min(per_block_, run_ - within), shape_.classes,
                         shape_.inner == 1 ? shape_.classes : 1, shape_.inner});
      }
    });
  }

  ClassLossShape shape_;
  ClassLossLoops<T> loops_;
  int64_t blocks_;

 private:
  static constexpr int64_t grain = 8192;  // elements
  // run: of neighbouring rows, beyond which a block does not reach.
  int64_t per_block_, run_, blocks_per_run_;
};

template <class T>
class Forward : public ClassLoss<T> {
  using ClassLoss<T>::shape_;

 public:
  Forward(const Signature& s, ClassLossForm form, const ClassLossLoops<T>& loops,
          std::string_view name)
      : ClassLoss<T>(s, form, loops, name) {
    this->scratch_bytes = size_t(this->blocks_) * sizeof(Sums);
  }
  void run(const Buffers& b) const override {
    const T *x = b.input<T>(0), *w = shape_.weighted ? b.input<T>(2) : nullptr;
    const int64_t* target = b.input<int64_t>(1);
    T* out = b.output<T>(0);
    auto* log_sum_exp = b.output<double>(1);
    auto* sums = static_cast<Sums*>(b.scratch);
    shape_.check_targets(target);
    this->each_block([&](int64_t i, int64_t first, const ClassLossBlock& block) {
      double high[ClassLossBlock::most_rows] = {};
      const T* row = x + shape_.start(first);
      if (shape_.logits)
        this->loops_.log_sum_exp(block, row, high);
      Sums here{};
      for (int64_t k = 0; k < block.rows; ++k, row += block.next) {
        const int64_t r = first + k, t = target[r];
        if (log_sum_exp)
          log_sum_exp[r] = high[k];
        const double loss = t == shape_.ignore ? 0 : row_loss(row, w, t, high[k]);
        if (shape_.per_row)
          out[r] = narrow<T>(loss);
        here.loss += loss;
        if (t != shape_.ignore)
          here.weight += w ? wide(w[t]) : 1;
      }
      sums[i] = here;
    });
    Sums total{};
    for (int64_t i = 0; i < this->blocks_; ++i) {
      total.loss += sums[i].loss;
      total.weight += sums[i].weight;
    }
    if (b.out[2])
      *b.output<double>(2) = total.weight;
    if (!shape_.per_row)
      *out = narrow<T>(shape_.mean ? total.loss / total.weight : total.loss);
  }

 private:
  struct Sums {
    double loss, weight;
  };
  double row_loss(const T* row, const T* w, int64_t t, double high) const {
    const double s = shape_.smoothing;
    double loss = (1 - s) * (w ? wide(w[t]) : 1) * (high - wide(row[t * shape_.inner]));
    if (s == 0)
      return loss;
    double spread = 0;
    for (int64_t c = 0; c < shape_.classes; ++c)
      spread += (w ? wide(w[c]) : 1) * (high - wide(row[c * shape_.inner]));
    return loss + s / double(shape_.classes) * spread;
  }
};

template <class T>
class Backward : public ClassLoss<T> {
  using ClassLoss<T>::shape_;

 public:
  Backward(const Signature& s, ClassLossForm form, const ClassLossLoops<T>& loops,
           std::string_view name)
      : ClassLoss<T>(s, form, loops, name) {
    this->gives_out = {shape_.input_strides(s.in[1].shape)};
  }
  void run(const Buffers& b) const override {
    const T *grad = b.input<T>(0), *x = b.input<T>(1),
            *w = shape_.weighted ? b.input<T>(3) : nullptr;
    const auto* log_sum_exp = b.input<double>(4);
    const int64_t* target = b.input<int64_t>(2);
    T* dx = b.output<T>(0);
    const double scale = shape_.mean ? 1 / *b.input<double>(5) : 1;
    shape_.check_targets(target);
    double weights = double(shape_.classes);
    if (w && shape_.smoothing != 0) {
      weights = 0;
      for (int64_t c = 0; c < shape_.classes; ++c)
        weights += wide(w[c]);
    }
    const double s = shape_.smoothing, even = s / double(shape_.classes);
    this->each_block([&](int64_t, int64_t first, const ClassLossBlock& block) {
      using PerRow = double[ClassLossBlock::most_rows];
      PerRow high, g, hit, times;
      for (int64_t k = 0; k < block.rows; ++k) {
        const int64_t r = first + k, t = target[r];
        const bool ignored = t == shape_.ignore;
        high[k] = log_sum_exp[r];
        g[k] = ignored ? 0 : wide(grad[shape_.per_row ? r : 0]) * scale;
        hit[k] = ignored ? 0 : (1 - s) * (w ? wide(w[t]) : 1);
        times[k] = g[k] * (hit[k] + even * weights);
      }
      const T* scores = x + shape_.start(first);
      T* row = dx + shape_.start(first);
      if (shape_.logits)
        this->loops_.probabilities(block, scores, high, times, row);
      for (int64_t k = 0; k < block.rows; ++k, scores += block.next, row += block.next) {
        const int64_t t = target[first + k];
        const bool ignored = t == shape_.ignore;
        if (ignored || !shape_.logits)  // also when 0 times a score is NaN
          for (int64_t c = 0; c < shape_.classes; ++c)
            row[c * shape_.inner] = narrow<T>(0);
        if (ignored)
          continue;
        if (s != 0)
          for (int64_t c = 0; c < shape_.classes; ++c) {
            T& at = row[c * shape_.inner];
            // Computes the value again instead of reading it, so that a half is rounded only once.
            const bool anew = shape_.logits && sizeof(T) == 2;
            const double probability =
                anew ? times[k] * std::exp(wide(scores[c * shape_.inner]) - high[k]) : wide(at);
            at = narrow<T>(probability - g[k] * even * (w ? wide(w[c]) : 1));
          }
        // Uses expm1 instead of the probability minus 1, which loses all digits when the target is
        // certain.
        const double share = even * (w ? wide(w[t]) : 1);
        row[t * shape_.inner] = narrow<T>(
            shape_.logits ? times[k] * std::expm1(wide(scores[t * shape_.inner]) - high[k]) +
                                g[k] * (even * weights - share)
                          : -g[k] * (hit[k] + share));
      }
    });
  }
};

template <class T>
void log_sum_exp(const ClassLossBlock& block, const T* x, double* out) {
  for (int64_t k = 0; k < block.rows; ++k, x += block.next) {
    double most = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int64_t c = 0; c < block.classes; ++c)
      most = std::max(most, wide(x[c * block.step]));
    for (int64_t c = 0; c < block.classes; ++c)
      sum += std::exp(wide(x[c * block.step]) - most);
    out[k] = most + std::log(sum);
  }
}

template <class T>
void probabilities(const ClassLossBlock& block, const T* x, const double* log_sum_exp,
                   const double* scale, T* dx) {
  for (int64_t k = 0; k < block.rows; ++k, x += block.next, dx += block.next)
    for (int64_t c = 0; c < block.classes; ++c)
      dx[c * block.step] = narrow<T>(scale[k] * std::exp(wide(x[c * block.step]) - log_sum_exp[k]));
}

template <class T>
constexpr ClassLossLoops<T> plain_loops{log_sum_exp<T>, probabilities<T>};

}  // namespace

template <class T>
PreparedKernel class_loss_kernel(const Signature& s, ClassLossForm form,
                                 const ClassLossLoops<T>& loops, std::string_view name) {
  if (form.backward)
    return make_kernel<Backward<T>>(s, form, loops, name);
  return make_kernel<Forward<T>>(s, form, loops, name);
}
template PreparedKernel class_loss_kernel(const Signature&, ClassLossForm,
                                          const ClassLossLoops<float>&, std::string_view);

namespace impl {
namespace {

PreparedKernel class_loss(const Signature& s, ClassLossForm form) {
  if (!is_floating(s.out[0].dtype))
    return nullptr;
  return visit_floating(s.out[0].dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    return class_loss_kernel<T>(s, form, plain_loops<T>, "plain");
  });
}

}  // namespace

PreparedKernel class_cross_entropy_plain(const Signature& s) {
  return class_loss(s, {});
}
PreparedKernel class_cross_entropy_backward_plain(const Signature& s) {
  return class_loss(s, {.backward = true});
}
PreparedKernel nll_loss_plain(const Signature& s) {
  return class_loss(s, {.logits = false});
}
PreparedKernel nll_loss_backward_plain(const Signature& s) {
  return class_loss(s, {.logits = false, .backward = true});
}

}  // namespace impl
}  // namespace hebb::cpu
