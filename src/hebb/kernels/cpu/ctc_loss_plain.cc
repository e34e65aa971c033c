// The negative log-likelihood of label sequences over all alignments, its gradient, and the
// gradient of that. Computed in f64. log_probs [T, N, C]; targets [N, S] or end to end [sum]; the
// lengths of both, [N]. Source: Graves et al. 2006.

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/ctc_loss.h"

namespace hebb::cpu::impl {
namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

double log_sum(double a, double b) {
  const double high = std::max(a, b);
  return high == minus_infinity ? high : high + std::log1p(std::exp(std::min(a, b) - high));
}

// A number and how it changes along a direction in the space of log-probabilities.
struct Dual {
  double value = 0, slope = 0;
  Dual() = default;
  Dual(double value, double slope = 0) : value(value), slope(slope) {}
};
Dual operator+(Dual a, Dual b) {
  return {a.value + b.value, a.slope + b.slope};
}
Dual operator-(Dual a) {
  return {-a.value, -a.slope};
}
Dual log_sum(Dual a, Dual b) {
  const double sum = log_sum(a.value, b.value);
  if (sum == minus_infinity)
    return sum;
  return {sum, std::exp(a.value - sum) * a.slope + std::exp(b.value - sum) * b.slope};
}
double value_of(double x) {
  return x;
}
double value_of(Dual x) {
  return x.value;
}

// Numbers [T, C] of one sample.
template <class T>
struct PerClass {
  const T* first;  // of time 0
  int64_t time_step, class_step;
  double at(int64_t t, int64_t c) const { return wide(first[t * time_step + c * class_step]); }
};

// One sample: its labels with blanks around them, 2 length + 1 states. N: double, or Dual, which
// needs a direction.
template <class T, class N>
struct CtcSample {
  PerClass<T> log_probs;
  PerClass<T> direction;
  int64_t times;
  const int64_t* labels;
  int64_t label_step, length, blank;

  int64_t states() const { return 2 * length + 1; }
  int64_t label(int64_t state) const {
    return state % 2 == 0 ? blank : labels[state / 2 * label_step];
  }
  N log_prob(int64_t t, int64_t state) const {
    const int64_t c = label(state);
    if constexpr (std::is_same_v<N, Dual>)
      return {log_probs.at(t, c), direction.at(t, c)};
    else
      return log_probs.at(t, c);
  }
  // Whether a path may leave out the blank before this state.
  bool skips(int64_t state) const { return state >= 2 && label(state) != label(state - 2); }
  static bool is_nothing(N sum) { return value_of(sum) == minus_infinity; }

  // The logarithms of the sums of paths to each state at each time: [times, states].
  void forward(N* alpha) const {
    std::fill_n(alpha, times * states(), N(minus_infinity));
    if (times == 0)
      return;
    for (int64_t s = 0; s < std::min<int64_t>(2, states()); ++s)
      alpha[s] = log_prob(0, s);
    for (int64_t t = 1; t < times; ++t)
      for (int64_t s = 0; s < states(); ++s) {
        const N* before = alpha + (t - 1) * states() + s;
        N sum = before[0];
        if (s >= 1)
          sum = log_sum(sum, before[-1]);
        if (skips(s))
          sum = log_sum(sum, before[-2]);
        alpha[t * states() + s] = is_nothing(sum) ? sum : sum + log_prob(t, s);
      }
  }
  N loss(const N* alpha) const {
    if (times == 0)
      return length == 0 ? 0 : std::numeric_limits<double>::infinity();
    const N* last = alpha + times * states() - 1;
    return -(length == 0 ? *last : log_sum(last[0], last[-1]));
  }
  // One step back in time: from the sums of paths from each state at t + 1 (the last time: none) to
  // those at t, with the state's own probability.
  void backward_step(int64_t t, const N* after, N* beta) const {
    for (int64_t s = 0; s < states(); ++s) {
      N sum = minus_infinity;
      if (t == times - 1) {
        sum = s + 2 >= states() ? 0 : minus_infinity;
      } else {
        sum = after[s];
        if (s + 1 < states())
          sum = log_sum(sum, after[s + 1]);
        if (s + 2 < states() && skips(s + 2))
          sum = log_sum(sum, after[s + 2]);
      }
      beta[s] = is_nothing(sum) ? sum : sum + log_prob(t, s);
    }
  }
  // Calls f(t, paths) from the last time to the first. paths[c]: the logarithm of the sum of all
  // paths through class c at t, in which that class' own probability counts twice. work: alpha as
  // forward() gives it is followed by two lines of states and one of classes.
  template <class F>
  void for_each_time(N* alpha, int64_t classes, const F& f) const {
    N *beta = alpha + times * states(), *after = beta + states(), *paths = after + states();
    for (int64_t t = times; t-- > 0;) {
      backward_step(t, after, beta);
      std::fill_n(paths, classes, N(minus_infinity));
      for (int64_t s = 0; s < states(); ++s)
        paths[label(s)] = log_sum(paths[label(s)], alpha[t * states() + s] + beta[s]);
      f(t, paths);
      std::swap(beta, after);
    }
  }
};

// The operands from `first` on: log_probs, targets, input_lengths, target_lengths.
template <class T>
class CtcSamples {
 public:
  CtcSamples(const Signature& s, size_t first)
      : first_(first), log_probs_(s.in[first]), targets_(s.in[first + 1]),
        inputs_(s.in[first + 2].strides[0]), lengths_(s.in[first + 3].strides[0]),
        blank_(s.attributes<CtcAttrs>().blank), times(log_probs_.shape[0]),
        count(log_probs_.shape[1]), classes(log_probs_.shape[2]),
        most_states(2 * targets_.shape.back() + 1) {}

  // direction: for Dual.
  template <class N = double>
  CtcSample<T, N> sample(const Buffers& b, int64_t n, PerClass<T> direction = {}) const {
    const auto* targets = b.template input<int64_t>(first_ + 1);
    int64_t begin = n * targets_.strides[0];
    if (targets_.shape.size() == 1) {
      begin = 0;
      for (int64_t i = 0; i < n; ++i)
        begin += length(b, i) * targets_.strides[0];
    }
    return {{b.template input<T>(first_) + n * log_probs_.strides[1], log_probs_.strides[0],
             log_probs_.strides[2]},
            direction,
            b.template input<int64_t>(first_ + 2)[n * inputs_],
            targets + begin,
            targets_.strides.back(),
            length(b, n),
            blank_};
  }

  void check_all(const Buffers& b) const {
    int64_t total = 0;
    const bool joined = targets_.shape.size() == 1;
    for (int64_t n = 0; n < count; ++n) {
      const int64_t given = b.template input<int64_t>(first_ + 2)[n * inputs_], own = length(b, n);
      check(given >= 0 && given <= times,
            "input_lengths[{}] is {}, should be from 0 to {}, the times of log_probs", n, given,
            times);
      check(own >= 0 && own <= targets_.shape.back(),
            "target_lengths[{}] is {}, should be from 0 to {}", n, own, targets_.shape.back());
      total += own;
      check(!joined || total <= targets_.shape[0],
            "target_lengths add up to more than the {} targets", targets_.shape[0]);
      const auto one = sample(b, n);
      for (int64_t i = 0; i < own; ++i)
        check(one.labels[i * one.label_step] >= 0 && one.labels[i * one.label_step] < classes,
              "label {} of sample {} is {}, should be from 0 to {}", i, n,
              one.labels[i * one.label_step], classes - 1);
    }
    check(!joined || total == targets_.shape[0],
          "target_lengths add up to {}, but there are {} targets", total, targets_.shape[0]);
  }

 private:
  int64_t length(const Buffers& b, int64_t n) const {
    return b.template input<int64_t>(first_ + 3)[n * lengths_];
  }
  size_t first_;
  Operand log_probs_, targets_;
  int64_t inputs_, lengths_, blank_;

 public:
  int64_t times, count, classes, most_states;
  int64_t work() const { return (times + 2) * most_states + classes; }  // numbers, a sample
};

template <class T>
class CtcLoss : public Kernel {
 public:
  explicit CtcLoss(const Signature& s) : samples_(s, 0), step_(s.out[0].strides[0]) {
    name = "plain";
    each_ = samples_.times * samples_.most_states;
    scratch_bytes = size_t(samples_.count * each_) * sizeof(double);
  }
  void run(const Buffers& b) const override {
    samples_.check_all(b);
    parallel_for(samples_.count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t n = begin; n < end; ++n) {
        double* alpha = static_cast<double*>(b.scratch) + n * each_;
        const auto one = samples_.sample(b, n);
        one.forward(alpha);
        b.output<T>(0)[n * step_] = narrow<T>(one.loss(alpha));
      }
    });
  }

 private:
  CtcSamples<T> samples_;
  int64_t step_, each_ = 0;
};

// Operands: the gradient of each loss, then those of the loss. What comes out holds for
// log-probabilities, whose exponentials add up to 1: p less the share of paths, as PyTorch has it.
template <class T>
class CtcLossBackward : public Kernel {
 public:
  explicit CtcLossBackward(const Signature& s)
      : samples_(s, 1), grad_(s.in[0].strides[0]), out_(s.out[0]),
        zero_infinity_(s.attributes<CtcAttrs>().zero_infinity) {
    name = "plain";
    scratch_bytes = size_t(samples_.count * samples_.work()) * sizeof(double);
  }
  void run(const Buffers& b) const override {
    samples_.check_all(b);
    parallel_for(samples_.count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t n = begin; n < end; ++n)
        one(b, n, static_cast<double*>(b.scratch) + n * samples_.work());
    });
  }

 private:
  void one(const Buffers& b, int64_t n, double* work) const {
    const auto s = samples_.sample(b, n);
    s.forward(work);
    const double loss = s.loss(work), g = wide(b.input<T>(0)[n * grad_]);
    T* out = b.output<T>(0) + n * out_.strides[1];
    const bool nothing = zero_infinity_ && std::isinf(loss);
    for (int64_t t = nothing ? 0 : s.times; t < samples_.times; ++t)
      for (int64_t c = 0; c < samples_.classes; ++c)
        out[t * out_.strides[0] + c * out_.strides[2]] = narrow<T>(0.0);
    if (nothing)
      return;
    s.for_each_time(work, samples_.classes, [&](int64_t t, const double* paths) {
      for (int64_t c = 0; c < samples_.classes; ++c) {
        const double log_prob = s.log_probs.at(t, c);
        out[t * out_.strides[0] + c * out_.strides[2]] =
            narrow<T>(g * (std::exp(log_prob) - std::exp(paths[c] + loss - log_prob)));
      }
    });
  }

  CtcSamples<T> samples_;
  int64_t grad_;
  Operand out_;
  bool zero_infinity_;
};

// The gradient of the kernel above. Operands: the gradient v of its result, then its own. With g
// the gradient of the loss and D the derivative in the direction v: sum(v (p - share)) for g, and
// for the log-probabilities g (v p - D share), since second derivatives do not ask for their order.
template <class T>
class CtcLossSecond : public Kernel {
 public:
  explicit CtcLossSecond(const Signature& s)
      : samples_(s, 2), v_(s.in[0]), grad_(s.in[1].strides[0]), for_grad_(s.out[0].strides[0]),
        out_(s.out[1]), zero_infinity_(s.attributes<CtcAttrs>().zero_infinity) {
    name = "plain";
    scratch_bytes = size_t(samples_.count * samples_.work()) * sizeof(Dual);
  }
  void run(const Buffers& b) const override {
    samples_.check_all(b);
    parallel_for(samples_.count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t n = begin; n < end; ++n)
        one(b, n, static_cast<Dual*>(b.scratch) + n * samples_.work());
    });
  }

 private:
  void one(const Buffers& b, int64_t n, Dual* work) const {
    const PerClass<T> v{b.input<T>(0) + n * v_.strides[1], v_.strides[0], v_.strides[2]};
    const auto s = samples_.template sample<Dual>(b, n, v);
    s.forward(work);
    const Dual loss = s.loss(work);
    const double g = wide(b.input<T>(1)[n * grad_]);
    double along = 0;
    T* out = b.output<T>(1) + n * out_.strides[1];
    const bool nothing = zero_infinity_ && std::isinf(loss.value);
    for (int64_t t = nothing ? 0 : s.times; t < samples_.times; ++t)
      for (int64_t c = 0; c < samples_.classes; ++c)
        out[t * out_.strides[0] + c * out_.strides[2]] = narrow<T>(0.0);
    if (!nothing)
      s.for_each_time(work, samples_.classes, [&](int64_t t, const Dual* paths) {
        for (int64_t c = 0; c < samples_.classes; ++c) {
          const double log_prob = s.log_probs.at(t, c), p = std::exp(log_prob),
                       share = std::exp(paths[c].value + loss.value - log_prob),
                       change = share * (paths[c].slope + loss.slope - v.at(t, c));
          along += v.at(t, c) * (p - share);
          out[t * out_.strides[0] + c * out_.strides[2]] = narrow<T>(g * (v.at(t, c) * p - change));
        }
      });
    b.output<T>(0)[n * for_grad_] = narrow<T>(along);
  }

  CtcSamples<T> samples_;
  Operand v_;
  int64_t grad_, for_grad_;
  Operand out_;
  bool zero_infinity_;
};

template <template <class> class K>
PreparedKernel of_log_probs(const Signature& s, size_t operand) {
  return visit_floating(s.in[operand].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<K<typename decltype(type)::type>>(s);
  });
}

}  // namespace

PreparedKernel ctc_loss_plain(const Signature& s) {
  return of_log_probs<CtcLoss>(s, 0);
}
PreparedKernel ctc_loss_backward_plain(const Signature& s) {
  return of_log_probs<CtcLossBackward>(s, 1);
}
PreparedKernel ctc_loss_second_plain(const Signature& s) {
  return of_log_probs<CtcLossSecond>(s, 2);
}

}  // namespace hebb::cpu::impl
