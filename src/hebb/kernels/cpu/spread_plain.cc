// Variances, deviations and norms of groups, computed in f64. Squares and powers
// that leave the range of f64 are computed once more of values that are scaled by a power of two.

#include <algorithm>
#include <cmath>
#include <vector>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/add_up.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/reduce.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

// Between these a sum of squares has all its digits.
constexpr double smallest_sum = 1e-270, largest_sum = 1e300;
bool is_in_range(double sum) {
  return sum >= smallest_sum && sum <= largest_sum;
}

struct Moments {
  double count = 0, mean = 0, squares = 0;  // squares: the sum of (x - mean)^2

  // Chan, Golub and LeVeque 1979, equation 1.5.
  void merge(const Moments& other) {
    const double all = count + other.count, apart = other.mean - mean;
    if (other.count == 0)
      return;
    mean += apart * (other.count / all);
    squares += other.squares + apart * apart * (count * other.count / all);
    count = all;
  }
};

// What all kernels here have in common: the groups, a value of each, one after another where there
// are many, and a long one in chunks.
template <class T>
class OfGroups : public Kernel {
 protected:
  OfGroups(const Signature& s, const Dims& dim) : axes_(s.in[0], dim) { name = "plain"; }

  const Axes& reduced() const { return axes_.reduced; }

  // Of the chunks of a group, side by side and merged in their order.
  template <class Part, class Of, class Merge>
  Part over_chunks(Of of, Merge merge) const {
    const int64_t count = reduced().count, chunk = reduction_chunk;
    const int64_t chunks = (count + chunk - 1) / chunk;
    if (chunks <= 1)
      return of(int64_t(0), count);
    std::vector<Part> parts(static_cast<size_t>(chunks));
    parallel_for(chunks, 1, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i)
        parts[size_t(i)] = of(i * chunk, std::min(count, (i + 1) * chunk));
    });
    for (size_t i = 1; i < parts.size(); ++i)
      merge(parts[0], parts[i]);
    return parts[0];
  }

  template <class Value>
  void for_each_group(const Buffers& b, Value value) const {
    const T* in = b.input<T>(0);
    T* out = b.output<T>(0);
    const int64_t groups = axes_.kept.count;
    const int64_t grain =
        std::max<int64_t>(1, reduction_chunk / std::max<int64_t>(1, axes_.reduced.count));
    if (groups == 1) {  // its chunks run side by side instead
      out[0] = narrow<T>(value(in));
      return;
    }
    parallel_for(groups, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        out[i] = narrow<T>(value(in + axes_.kept.offset(i)));
    });
  }

  // A power of two that brings the largest magnitude near 1; 1 where that is 0 or not finite.
  double scale_for(const T* in) const {
    double most = 0;
    bool finite = true;
    add_up<double>(reduced(), in, 0, reduced().count, [&](T v) {
      most = std::max(most, std::abs(wide(v)));
      finite &= std::isfinite(wide(v));
      return 0.0;
    });
    if (most == 0 || !finite)
      return 1;
    return std::ldexp(1.0, std::clamp(-std::ilogb(most), -1021, 1021));
  }

  ReductionAxes axes_;
};

template <class T>
class Deviation : public OfGroups<T> {
 public:
  explicit Deviation(const Signature& s)
      : OfGroups<T>(s, s.attributes<DeviationAttrs>().dim),
        root_(s.attributes<DeviationAttrs>().root),
        divisor_(std::max(
            0.0, double(this->axes_.reduced.count) - s.attributes<DeviationAttrs>().correction)) {}

  void run(const Buffers& b) const override {
    this->for_each_group(b, [&](const T* in) { return of_group(in); });
  }

 private:
  double of_group(const T* in) const {
    double scale = 1, squares = moments(in, 1).squares;
    if (!is_in_range(squares))
      if ((scale = this->scale_for(in)) != 1)
        squares = moments(in, scale).squares;
    const double variance = squares / divisor_;
    return root_ ? std::sqrt(variance) / scale : variance / scale / scale;
  }

  // Of the values times scale. Two passes a chunk, the second of which corrects the mean.
  Moments moments(const T* in, double scale) const {
    const Axes& reduced = this->reduced();
    return this->template over_chunks<Moments>(
        [&](int64_t begin, int64_t end) -> Moments {
          const double n = double(end - begin);
          const double rough =
              add_up<double>(reduced, in, begin, end, [&](T v) { return wide(v) * scale; }) / n;
          const double left =
              add_up<double>(reduced, in, begin, end, [&](T v) { return wide(v) * scale - rough; });
          const double mean = rough + left / n;
          const double squares = add_up<double>(reduced, in, begin, end, [&](T v) {
            const double apart = wide(v) * scale - mean;
            return apart * apart;
          });
          return {n, mean, squares};
        },
        [](Moments& all, const Moments& part) { all.merge(part); });
  }

  bool root_;
  double divisor_;
};

template <class T>
class PowerNorm : public OfGroups<T> {
 public:
  explicit PowerNorm(const Signature& s)
      : OfGroups<T>(s, s.attributes<PowerNormAttrs>().dim), p_(s.attributes<PowerNormAttrs>().p),
        eps_(s.attributes<PowerNormAttrs>().eps),
        divisor_(s.attributes<PowerNormAttrs>().mean ? double(this->axes_.reduced.count) : 1) {}

  void run(const Buffers& b) const override {
    this->for_each_group(b, [&](const T* in) {
      double scale = 1, total = sum(in, 1);
      if (!is_in_range(total))
        if ((scale = this->scale_for(in)) != 1)
          total = sum(in, scale);
      if (p_ == 2)
        return std::sqrt(total / divisor_ + eps_ * scale * scale) / scale;
      return std::pow(total / divisor_ + eps_ * std::pow(scale, p_), 1 / p_) / scale;
    });
  }

 private:
  double sum(const T* in, double scale) const {
    const auto square = [&](T v) {
      const double scaled = wide(v) * scale;
      return scaled * scaled;
    };
    const auto power = [&](T v) { return std::pow(std::abs(wide(v) * scale), p_); };
    return this->template over_chunks<double>(
        [&](int64_t begin, int64_t end) {
          return p_ == 2 ? add_up<double>(this->reduced(), in, begin, end, square)
                         : add_up<double>(this->reduced(), in, begin, end, power);
        },
        [](double& all, double part) { all += part; });
  }

  double p_, eps_, divisor_;
};

}  // namespace

PreparedKernel deviation_plain(const Signature& s) {
  return make_floating<Deviation>(s);
}
PreparedKernel power_norm_plain(const Signature& s) {
  return make_floating<PowerNorm>(s);
}

}  // namespace hebb::cpu::impl
