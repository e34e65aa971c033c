// Random numbers with given parameters: their moments, and that they depend on key and position
// alone.

#include "hebb/ops/distributions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/special.h"
#include "hebb/ops/views.h"
#include "ops/samples.h"

namespace hebb {
namespace {

using test::key;

constexpr int64_t n = 100000;

struct Moments {
  double mean = 0, variance = 0;
};
Moments moments(const Tensor& samples) {
  const std::vector<double> v = samples.to_vector<double>();
  Moments m;
  for (double x : v)
    m.mean += x / double(v.size());
  for (double x : v)
    m.variance += (x - m.mean) * (x - m.mean) / double(v.size());
  return m;
}

// Within five standard errors; that of the variance by a generous fourth moment.
void expect_moments(const std::string& what, const Tensor& samples, double mean, double variance) {
  const Moments got = moments(samples);
  EXPECT_NEAR(got.mean, mean, 5 * std::sqrt(variance / double(n))) << what;
  EXPECT_NEAR(got.variance, variance, 0.06 * variance) << what;
}

TEST(Distributions, Exponential) {
  for (DType dtype : {f32, f64})
    expect_moments(std::string(name(dtype)), exponential({n}, 2, dtype, key(1)), 0.5, 0.25);
}

// The value that a share of the samples lies below.
double quantile(const Tensor& samples, double share) {
  std::vector<double> v = samples.to_vector<double>();
  const auto at = v.begin() + int64_t(share * double(v.size()));
  std::nth_element(v.begin(), at, v.end());
  return *at;
}

// Within five standard errors of an order statistic, which the density at the quantile gives.
void expect_quantile(const Tensor& samples, double share, double value, double density) {
  EXPECT_NEAR(quantile(samples, share), value,
              5 * std::sqrt(share * (1 - share) / double(n)) / density)
      << share;
}

TEST(Distributions, Cauchy) {
  for (DType dtype : {f32, f64}) {
    const Tensor samples = cauchy({n}, 2, 0.5, dtype, key(21));
    EXPECT_EQ(samples.dtype(), dtype);
    for (double share : {0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99}) {
      const double angle = std::numbers::pi * (share - 0.5);
      expect_quantile(samples, share, 2 + 0.5 * std::tan(angle),
                      std::pow(std::cos(angle), 2) / (std::numbers::pi * 0.5));
    }
  }
}

TEST(Distributions, LogNormal) {
  for (DType dtype : {f32, f64})
    expect_moments(std::string(name(dtype)), log_normal({n}, -1, 2, dtype, key(22)).log(), -1, 4);
  EXPECT_GT(log_normal({n}, 1, 2, f16, key(22)).amin().item(), 0);
}

TEST(Distributions, Geometric) {
  for (double p : {0.02, 0.3, 0.95})
    for (DType dtype : {f32, f64, i64})
      expect_moments(fmt::format("{} of {}", p, name(dtype)),
                     geometric({n}, p, dtype, key(23)).to(f64), 1 / p, (1 - p) / (p * p));
  const Tensor samples = geometric({n}, 0.3, i32, key(24));
  for (int k = 1; k <= 5; ++k) {
    const double share = 0.3 * std::pow(0.7, k - 1);
    EXPECT_NEAR((samples == k).sum().item() / double(n), share,
                5 * std::sqrt(share * (1 - share) / double(n)))
        << k;
  }
  EXPECT_EQ(samples.min().item(), 1);
  EXPECT_EQ(geometric({n}, 1e-9, u8, key(25)).max().item(), 255);
}

TEST(Distributions, Gamma) {
  for (double a : {0.1, 0.5, 1.0, 2.5, 40.0})
    expect_moments(fmt::format("concentration {}", a),
                   gamma(full({n}, a, f64), 2.0, key(uint64_t(a * 10))), a / 2, a / 4);
}

// With E the mean: E[x] = a, so that x moves by 1 on average, and E[log x] = digamma(a).
TEST(Distributions, GammaMovesWithItsConcentration) {
  for (double a : {0.05, 0.5, 1.0, 3.0, 40.0, 1e4, 1e9}) {
    Tensor concentration = full({n}, a, f64);
    concentration.requires_grad_();
    const Tensor samples = gamma(concentration, 1.0, key(9));
    samples.sum().backward();
    EXPECT_NEAR(moments(concentration.grad()).mean, 1, 0.02) << a;
    concentration.set_grad({});
    gamma(concentration, 1.0, key(9)).log().sum().backward();
    const double slope = polygamma(1, full({}, a, f64)).item();
    EXPECT_NEAR(moments(concentration.grad()).mean, slope, 0.02 * slope) << a;
  }
}

TEST(Distributions, SlopesOfGammaKeepTheShareBelow) {
  for (double a : {0.3, 1.0, 7.0, 300.0}) {
    Tensor concentration = full({50}, a, f64);
    concentration.requires_grad_();
    const Tensor x = gamma(concentration, 1.0, key(4));
    x.sum().backward();
    const double step = 1e-5 * a;
    const Tensor moved =
        special_gammainc(full({50}, a + step, f64), x.detach() + concentration.grad() * step);
    EXPECT_LT((moved - special_gammainc(full({50}, a, f64), x.detach())).abs().max().item(), 1e-8)
        << a;
  }
}

TEST(Distributions, Beta) {
  for (const auto& [a, b] : {std::pair{0.3, 0.7}, {2.0, 5.0}, {1.0, 1.0}})
    expect_moments(fmt::format("{} and {}", a, b), beta(full({n}, a, f64), b, key(3)), a / (a + b),
                   a * b / ((a + b) * (a + b) * (a + b + 1)));
}

TEST(Distributions, Dirichlet) {
  const Tensor rows = dirichlet(expand(tensor({0.5, 1, 3}), {n, 3}), key(4));
  for (double sum : hebb::sum(rows, {1}).to_vector<double>())
    ASSERT_NEAR(sum, 1, 1e-5);
  const double all = 4.5;
  for (int64_t i = 0; i < 3; ++i) {
    const double a = i == 0 ? 0.5 : i == 1 ? 1 : 3;
    expect_moments(fmt::format("share {}", i), rows[{Slice(), i}], a / all,
                   a * (all - a) / (all * all * (all + 1)));
  }
  for (double share : dirichlet(full({5}, 1e-4), key(4)).to_vector<double>())
    EXPECT_TRUE(share >= 0 && share <= 1) << share;
}

TEST(Distributions, Poisson) {
  for (double rate : {0.3, 4.0, 9.9, 10.1, 70.0, 4000.0})
    expect_moments(fmt::format("rate {}", rate), poisson(full({n}, rate, f64), key(5)), rate, rate);
}

TEST(Distributions, Binomial) {
  for (const auto& [count, p] : {std::pair{5.0, 0.25}, {30.0, 0.9}, {100.0, 0.4}, {5000.0, 0.7}})
    expect_moments(fmt::format("{} times {}", count, p),
                   binomial(full({n}, count, f64), full({n}, p, f64), key(6)), count * p,
                   count * p * (1 - p));
}

TEST(Distributions, NormalOfTensors) {
  const Tensor samples = normal(full({n}, 3.0), full({1}, 2.0), key(7));
  expect_moments("normal", samples, 3, 4);
  EXPECT_EQ(samples.dtype(), f32);
}

std::vector<double> shares(const Tensor& picks, size_t categories) {
  std::vector<double> found(categories, 0);
  const std::vector<int64_t> all = picks.to_vector<int64_t>();
  for (int64_t i : all)
    found[size_t(i)] += 1 / double(all.size());
  return found;
}

TEST(Distributions, Multinomial) {
  const Tensor weights = tensor({1., 0., 3., 4.});
  const std::vector<double> again = shares(multinomial(weights, n, true, key(8)), 4),
                            first =
                                shares(multinomial(expand(weights, {n, 4}), 1, false, key(9)), 4);
  for (const auto& found : {again, first})
    for (size_t i = 0; i < 4; ++i) {
      const double p = std::vector<double>{0.125, 0, 0.375, 0.5}[i];
      EXPECT_NEAR(found[i], p, 5 * std::sqrt(p * (1 - p) / double(n))) << i;
    }
  // Without replacement each comes once, in an order that depends on its weight.
  const std::vector<int64_t> three = multinomial(weights, 3, false, key(10)).to_vector<int64_t>();
  EXPECT_EQ(std::set<int64_t>(three.begin(), three.end()), (std::set<int64_t>{0, 2, 3}));
}

TEST(Distributions, GumbelSoftmaxPicksInProportion) {
  const Tensor logits = expand(tensor({0.0, std::log(3.0)}), {n, 2});
  const Tensor hard = gumbel_softmax(logits, 0.7, true, -1, key(11));
  const Tensor second = select(hard, 1, 1);
  EXPECT_NEAR(second.sum().item() / double(n), 0.75, 5 * std::sqrt(0.1875 / double(n)));
  EXPECT_EQ(hard.sum().item(), double(n));
  // The gradient is that of the softmax.
  Tensor a = tensor({0.1, 0.7, -0.3}).requires_grad_(),
         b = tensor({0.1, 0.7, -0.3}).requires_grad_();
  const Tensor weights = tensor({1., 2., 3.});
  (gumbel_softmax(a, 0.5, true, -1, key(12)) * weights).sum().backward();
  (gumbel_softmax(b, 0.5, false, -1, key(12)) * weights).sum().backward();
  EXPECT_EQ(a.grad().to_vector<float>(), b.grad().to_vector<float>());
}

TEST(Distributions, RreluDrawsASlopeForEachElement) {
  const Tensor x = full({n}, -1.0);
  expect_moments("slopes", rrelu(x, 0.1, 0.5, true, key(13)), -0.3, 0.16 / 12);
  EXPECT_EQ(rrelu(tensor({2., -1.}), 0.1, 0.5, false).to_vector<float>(),
            (std::vector<float>{2, -0.3f}));
}

TEST(Distributions, ALongerTensorBeginsWithTheShorterOne) {
  const auto begins = [](const Tensor& shorter, const Tensor& longer) {
    const std::vector<double> a = shorter.to_vector<double>(), b = longer.to_vector<double>();
    return std::equal(a.begin(), a.end(), b.begin());
  };
  EXPECT_TRUE(begins(poisson(full({10}, 20.0), key(1)), poisson(full({30}, 20.0), key(1))));
  EXPECT_TRUE(begins(gamma(full({10}, 2.0), 1, key(1)), gamma(full({30}, 2.0), 1, key(1))));
  EXPECT_FALSE(begins(gamma(full({10}, 2.0), 1, key(1)), gamma(full({30}, 2.0), 1, key(2))));
}

}  // namespace
}  // namespace hebb
