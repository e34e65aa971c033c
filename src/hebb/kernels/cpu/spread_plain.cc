// Variances, deviations and norms of groups, computed in f64. When squares or powers leave the
// range of f64, they are computed again from values scaled by a power of two.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/add_up.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/squares.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/reduce.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

// Common to all kernels here: one value per group. Many groups are computed in parallel, a long
// group in chunks.
template <class T>
class OfGroups : public Kernel {
 protected:
  OfGroups(const Signature& s, const Dims& dim) : axes_(s.in[0], dim) { name = "plain"; }

  const Axes& reduced() const { return axes_.reduced; }

  double count() const { return double(reduced().count); }

  // The sum of term(value in f64) over a group, with its chunks in parallel.
  template <class Term>
  double sum_of(const T* in, Term term) const {
    const auto of_chunk = [&](int64_t begin, int64_t end) {
      return add_up<double>(reduced(), in, begin, end, [&](T v) { return term(wide(v)); });
    };
    const int64_t count = reduced().count, chunk = reduction_chunk;
    const int64_t chunks = (count + chunk - 1) / chunk;
    if (chunks <= 1)
      return of_chunk(0, count);
    std::vector<double> parts(static_cast<size_t>(chunks));
    parallel_for(chunks, 1, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i)
        parts[size_t(i)] = of_chunk(i * chunk, std::min(count, (i + 1) * chunk));
    });
    return std::accumulate(parts.begin(), parts.end(), 0.0);
  }

  template <class Value>
  void for_each_group(const Buffers& b, Value value) const {
    const T* in = b.input<T>(0);
    T* out = b.output<T>(0);
    const int64_t groups = axes_.kept.count;
    const int64_t grain =
        std::max<int64_t>(1, reduction_chunk / std::max<int64_t>(1, axes_.reduced.count));
    if (groups == 1) {  // its chunks run in parallel instead
      out[0] = narrow<T>(value(in));
      return;
    }
    parallel_for(groups, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        out[i] = narrow<T>(value(in + axes_.kept.offset(i)));
    });
  }

  // 2^exponent is near the largest magnitude of the group, or near the smallest one; 0 where that
  // is 0, or where not all are finite.
  int exponent_of(const T* in, bool smallest) const {
    double most = 0, least = std::numeric_limits<double>::infinity();
    bool finite = true;
    reduced().each([&](int64_t at) {
      const double size = std::abs(wide(in[at]));
      most = std::max(most, size);
      least = std::min(least, size);
      finite = finite && std::isfinite(size);
    });
    const double size = smallest ? least : most;
    return finite && size > 0 ? exponent_near(size) : 0;
  }

  ReductionAxes axes_;
};

template <class T>
class Deviation : public OfGroups<T> {
 public:
  explicit Deviation(const Signature& s)
      : OfGroups<T>(s, s.attributes<DeviationAttrs>().dim),
        root_(s.attributes<DeviationAttrs>().root),
        divisor_(std::max(0.0, this->count() - s.attributes<DeviationAttrs>().correction)) {}

  void run(const Buffers& b) const override {
    this->for_each_group(b, [&](const T* in) { return of_group(in); });
  }

 private:
  double of_group(const T* in) const {
    Squares found = squares(in, 0);
    if (!in_range(found.sum))
      if (const int exponent = this->exponent_of(in, false))
        found = squares(in, exponent);
    return root_ ? found.root(divisor_, 0) : found.over(divisor_);
  }

  // For the values divided by 2^exponent. The sum of the distances from the rounded mean corrects
  // it.
  Squares squares(const T* in, int exponent) const {
    const double unit = std::ldexp(1.0, -exponent);
    const double mean = this->sum_of(in, [&](double v) { return v * unit; }) / this->count();
    const auto distance = [&](double v) { return v * unit - mean; };
    const double distances = this->sum_of(in, distance);
    const double squares = this->sum_of(in, [&](double v) { return distance(v) * distance(v); });
    return around_mean(mean, distances, squares, this->count(), exponent);
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
        divisor_(s.attributes<PowerNormAttrs>().mean ? this->count() : 1) {}

  void run(const Buffers& b) const override {
    this->for_each_group(b, [&](const T* in) { return of_group(in); });
  }

 private:
  double of_group(const T* in) const {
    int exponent = 0;
    double total = sum(in, 0);
    if (!in_range(total) && (exponent = this->exponent_of(in, p_ < 0)) != 0)
      total = sum(in, exponent);
    if (p_ == 2)
      return Squares{0, 0, total, exponent}.root(divisor_, eps_);
    return std::ldexp(std::pow(total / divisor_, 1 / p_), exponent);
  }

  double sum(const T* in, int exponent) const {
    const double unit = std::ldexp(1.0, -exponent);
    if (p_ == 2)
      return this->sum_of(in, [&](double v) { return (v * unit) * (v * unit); });
    return this->sum_of(in, [&](double v) { return std::pow(std::abs(v * unit), p_); });
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
