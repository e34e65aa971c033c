// Random numbers with given parameters: gamma, Poisson, binomial, and choices among weights. Each
// element has a stream of its own, so the numbers depend on key and position alone. The last
// operand is the key.

#include "hebb/kernels/distributions.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/base/philox.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/special_functions.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu::impl {
namespace {

class Stream {
 public:
  Stream(uint64_t key, int64_t element) : key_(key), element_(uint64_t(element) + 1) {}
  double uniform() {  // in (0, 1)
    if (used_ == 2) {
      const PhiloxBlock b = philox(key_, counter_++, element_);
      next_[0] = unit_double(b[0], b[1]);
      next_[1] = unit_double(b[2], b[3]);
      used_ = 0;
    }
    return next_[used_++] + 0x1p-54;
  }
  double normal() {  // Box and Muller 1958
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(6.283185307179586476925 * uniform());
  }

 private:
  uint64_t key_, element_, counter_ = 0;
  double next_[2];
  int used_ = 2;
};

// Marsaglia and Tsang 2000.
double log_gamma_sample(Stream& random, double shape) {
  double boost = 0;
  if (shape < 1) {
    boost = std::log(random.uniform()) / shape;
    shape += 1;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = random.normal(), root = 1 + c * x;
    if (root <= 0)
      continue;
    const double v = root * root * root, log_v = std::log(v);
    if (std::log(random.uniform()) < 0.5 * x * x + d - d * v + d * log_v)
      return std::log(d) + log_v + boost;
  }
}

// Few events: the gaps between them add up to 1 (Knuth). Many: Hörmann 1993, PTRS.
double poisson_sample(Stream& random, double rate) {
  if (rate < 10) {
    const double limit = std::exp(-rate);
    int64_t count = 0;
    for (double product = random.uniform(); product > limit; product *= random.uniform())
      ++count;
    return double(count);
  }
  const double b = 0.931 + 2.53 * std::sqrt(rate), a = -0.059 + 0.02483 * b,
               inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), ratio = 0.9277 - 3.6224 / (b - 2),
               log_rate = std::log(rate);
  while (true) {
    const double u = random.uniform() - 0.5, v = random.uniform(), us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= ratio)
      return k;
    if (k < 0 || (us < 0.013 && v > us))
      continue;
    if (std::log(v * inverse_alpha / (a / (us * us) + b)) <=
        k * log_rate - rate - special::lgamma(k + 1))
      return k;
  }
}

// Few successes: the gaps between them are geometric. Many: Hörmann 1993, BTRS.
double binomial_sample(Stream& random, double n, double p) {
  if (p > 0.5)
    return n - binomial_sample(random, n, 1 - p);
  if (n == 0 || p == 0)
    return 0;
  if (n * p < 10) {
    const double log_rest = std::log1p(-p);
    double count = 0, at = 0;
    while ((at += std::floor(std::log(random.uniform()) / log_rest) + 1) <= n)
      ++count;
    return count;
  }
  const double spread = std::sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * spread,
               a = -0.0873 + 0.0248 * b + 0.01 * p, centre = n * p + 0.5, ratio = 0.92 - 4.2 / b,
               alpha = (2.83 + 5.1 / b) * spread, odds = std::log(p / (1 - p)),
               middle = std::floor((n + 1) * p);
  const double top = special::lgamma(middle + 1) + special::lgamma(n - middle + 1);
  while (true) {
    const double u = random.uniform() - 0.5, v = random.uniform(), us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + centre);
    if (k < 0 || k > n)
      continue;
    if (us >= 0.07 && v <= ratio)
      return k;
    if (std::log(v * alpha / (a / (us * us) + b)) <=
        top - special::lgamma(k + 1) - special::lgamma(n - k + 1) + (k - middle) * odds)
      return k;
  }
}

class Sampling : public Kernel {
 public:
  explicit Sampling(const Signature& s) : count_(product(s.out[0].shape)), key_(s.in.size() - 1) {
    name = "plain";
    for (const Operand& in : s.in)
      wants_in.push_back(contiguous_strides(in.shape));
  }

 protected:
  uint64_t key(const Buffers& b) const { return *b.input<uint64_t>(key_); }
  template <class F>
  void each(const Buffers& b, const F& f) const {
    parallel_for(count_, 1 << 12, [&, key = key(b)](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        Stream random(key, i);
        f(random, i);
      }
    });
  }
  int64_t count_;

 private:
  size_t key_;
};

template <class T>
class StandardGamma : public Sampling {
 public:
  explicit StandardGamma(const Signature& s) : Sampling(s), log_(s.attributes<GammaAttrs>().log) {}
  void run(const Buffers& b) const override {
    const T* shape = b.input<T>(0);
    for (int64_t i = 0; i < count_; ++i)
      check(wide(shape[i]) > 0, "the concentration holds {}, should be above 0", wide(shape[i]));
    each(b, [&](Stream& random, int64_t i) {
      const double sample = log_gamma_sample(random, wide(shape[i]));
      b.output<T>(0)[i] = narrow<T>(log_ ? sample : std::exp(sample));
    });
  }

 private:
  bool log_;
};

template <class T>
class Poisson : public Sampling {
 public:
  explicit Poisson(const Signature& s) : Sampling(s) {}
  void run(const Buffers& b) const override {
    const T* rate = b.input<T>(0);
    for (int64_t i = 0; i < count_; ++i)
      check(wide(rate[i]) >= 0 && wide(rate[i]) < 0x1p52,
            "input holds {}, should be rates from 0 to 2^52", wide(rate[i]));
    each(b, [&](Stream& random, int64_t i) {
      b.output<T>(0)[i] = narrow<T>(poisson_sample(random, wide(rate[i])));
    });
  }
};

template <class T>
class Binomial : public Sampling {
 public:
  explicit Binomial(const Signature& s) : Sampling(s) {}
  void run(const Buffers& b) const override {
    const T *n = b.input<T>(0), *p = b.input<T>(1);
    for (int64_t i = 0; i < count_; ++i) {
      const double trials = wide(n[i]), share = wide(p[i]);
      check(trials >= 0 && trials == std::floor(trials) && trials < 0x1p52,
            "count holds {}, should be whole numbers from 0 to 2^52", trials);
      check(share >= 0 && share <= 1, "prob holds {}, should be from 0 to 1", share);
    }
    each(b, [&](Stream& random, int64_t i) {
      b.output<T>(0)[i] = narrow<T>(binomial_sample(random, wide(n[i]), wide(p[i])));
    });
  }
};

// Weights [..., n] -> indices [..., num_samples].
template <class T>
class Multinomial : public Sampling {
 public:
  explicit Multinomial(const Signature& s)
      : Sampling(s), n_(s.in[0].shape.back()),
        samples_(s.attributes<MultinomialAttrs>().num_samples),
        rows_(s.in[0].shape.size() > 1 ? s.in[0].shape[0] : 1),
        again_(s.attributes<MultinomialAttrs>().replacement) {}
  void run(const Buffers& b) const override {
    for (int64_t row = 0; row < rows_; ++row) {
      const T* weights = b.input<T>(0) + row * n_;
      check_weights(weights, row);
      int64_t* out = b.output<int64_t>(0) + row * samples_;
      Stream random(key(b), row);
      if (again_)
        draw(weights, random, out);
      else
        choose(weights, random, out);
    }
  }

 private:
  void check_weights(const T* weights, int64_t row) const {
    int64_t possible = 0;
    for (int64_t i = 0; i < n_; ++i) {
      const double w = wide(weights[i]);
      check(w >= 0 && std::isfinite(w), "input holds {}, should be weights of at least 0", w);
      possible += w > 0;
    }
    check(possible >= (again_ ? 1 : samples_),
          "row {} of input has {} weights above 0, but {} samples are wanted{}", row, possible,
          samples_, again_ ? "" : "; replacement would allow that");
  }
  void draw(const T* weights, Stream& random, int64_t* out) const {
    std::vector<double> sums(static_cast<size_t>(n_));
    double total = 0;
    for (int64_t i = 0; i < n_; ++i)
      sums[size_t(i)] = total += wide(weights[i]);
    for (int64_t k = 0; k < samples_; ++k) {
      const double at = random.uniform() * total;
      const auto found = std::upper_bound(sums.begin(), sums.end(), at);
      // Rounding may give the total itself.
      out[k] = found == sums.end()
                   ? std::lower_bound(sums.begin(), sums.end(), total) - sums.begin()
                   : found - sums.begin();
    }
  }
  // The first arrivals among events with these rates: Efraimidis and Spirakis 2006.
  void choose(const T* weights, Stream& random, int64_t* out) const {
    std::vector<double> arrival(static_cast<size_t>(n_));
    for (int64_t i = 0; i < n_; ++i)
      arrival[size_t(i)] = -std::log(random.uniform()) / wide(weights[i]);
    std::vector<int64_t> order(static_cast<size_t>(n_));
    std::iota(order.begin(), order.end(), int64_t(0));
    std::partial_sort(order.begin(), order.begin() + samples_, order.end(),
                      [&](int64_t i, int64_t k) {
                        const double a = arrival[size_t(i)], c = arrival[size_t(k)];
                        return a != c ? a < c : i < k;
                      });
    std::copy(order.begin(), order.begin() + samples_, out);
  }

  int64_t n_, samples_, rows_;
  bool again_;
};

}  // namespace

PreparedKernel standard_gamma_plain(const Signature& s) {
  return make_floating<StandardGamma>(s);
}
PreparedKernel poisson_plain(const Signature& s) {
  return make_floating<Poisson>(s);
}
PreparedKernel binomial_plain(const Signature& s) {
  return make_floating<Binomial>(s);
}
PreparedKernel multinomial_plain(const Signature& s) {
  return make_floating<Multinomial>(s);
}

}  // namespace hebb::cpu::impl
