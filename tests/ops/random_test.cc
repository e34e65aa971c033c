// Random operators: numbers depend on key and position alone, distributions are what they should
// be, dropout's gradient has its mask.

#include "hebb/ops/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hebb/base/philox.h"
#include "hebb/ops/create.h"
#include "hebb/ops/entries.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/random_key.h"
#include "ops/samples.h"

namespace hebb {
namespace {

using test::key;

TEST(Random, ElementsAreWordsOfTheirBlocks) {
  const std::vector<float> got = rand({10007}, f32, key(42)).to_vector<float>();
  for (size_t i = 0; i < got.size(); ++i)
    ASSERT_EQ(got[i], unit_float(philox(42, i / 4)[i % 4])) << i;
  // A longer tensor begins with the shorter one.
  const std::vector<float> more = rand({30011}, f32, key(42)).to_vector<float>();
  EXPECT_TRUE(std::equal(got.begin(), got.end(), more.begin()));
}

TEST(Random, SeedsRepeat) {
  manual_seed(3);
  const Tensor a = randn({50}), b = randn({50});
  manual_seed(3);
  EXPECT_EQ(randn({50}).to_vector<float>(), a.to_vector<float>());
  EXPECT_NE(a.to_vector<float>(), b.to_vector<float>());
  manual_seed(4);
  EXPECT_NE(randn({50}).to_vector<float>(), a.to_vector<float>());
}

TEST(Random, Moments) {
  const int64_t n = 200000;
  const double root = std::sqrt(double(n));
  for (DType dtype : {f32, f64, f16, bf16}) {
    const std::vector<double> u = uniform({n}, -1, 3, dtype, key(5)).to_vector<double>(),
                              v = normal(2, 3, {n}, dtype, key(6)).to_vector<double>();
    const double coarse = dtype == bf16  ? 0.02
                          : dtype == f16 ? 0.004
                                         : 0;  // fewer bits: the mean of the lower ends
    EXPECT_NEAR(std::accumulate(u.begin(), u.end(), 0.0) / double(n), 1,
                5 * 4 / std::sqrt(12) / root + coarse)
        << name(dtype);
    EXPECT_GE(*std::min_element(u.begin(), u.end()), -1);
    EXPECT_LE(*std::max_element(u.begin(), u.end()), 3);
    double mean = 0, square = 0, lag = 0;
    for (size_t i = 0; i < v.size(); ++i) {
      const double z = (v[i] - 2) / 3;
      mean += z;
      square += z * z;
      if (i)
        lag += z * (v[i - 1] - 2) / 3;
    }
    EXPECT_NEAR(mean / double(n), 0, 5 / root + coarse) << name(dtype);
    EXPECT_NEAR(square / double(n), 1, 5 * std::sqrt(2.0) / root + coarse) << name(dtype);
    EXPECT_NEAR(lag / double(n), 0, 5 / root + coarse)
        << name(dtype);  // the two of a pair are independent
  }
}

TEST(Random, NormalFollowsItsDistribution) {
  std::vector<double> v = randn({100000}, f32, key(9)).to_vector<double>();
  std::sort(v.begin(), v.end());
  double worst = 0;  // Kolmogorov and Smirnov
  for (size_t i = 0; i < v.size(); ++i)
    worst = std::max(worst, std::fabs(0.5 * std::erfc(-v[i] / std::sqrt(2.0)) -
                                      (double(i) + 0.5) / double(v.size())));
  EXPECT_LT(worst * std::sqrt(double(v.size())), 1.95);  // at the level of 0.001
}

TEST(Random, RandintCoversItsRange) {
  std::vector<int> counts(10);
  for (int64_t v : randint(-3, 7, {50000}, i64, key(2)).to_vector<int64_t>()) {
    ASSERT_GE(v, -3);
    ASSERT_LT(v, 7);
    ++counts[size_t(v + 3)];
  }
  for (int count : counts)
    EXPECT_NEAR(count, 5000, 5 * 67);
}

TEST(Random, RandpermIsAPermutation) {
  std::vector<int64_t> p = randperm(1000, i64, key(1)).to_vector<int64_t>();
  EXPECT_FALSE(std::is_sorted(p.begin(), p.end()));
  std::sort(p.begin(), p.end());
  for (int64_t i = 0; i < 1000; ++i)
    ASSERT_EQ(p[size_t(i)], i);
}

TEST(Random, Bernoulli) {
  const std::vector<double> got = bernoulli(full({100000}, 0.3), key(8)).to_vector<double>();
  EXPECT_NEAR(std::accumulate(got.begin(), got.end(), 0.0) / 1e5, 0.3, 5 * std::sqrt(0.21 / 1e5));
  EXPECT_EQ(bernoulli(zeros({50})).sum().item(), 0);
  EXPECT_EQ(bernoulli(ones({50})).sum().item(), 50);
}

TEST(Dropout, DropsAndScales) {
  const Tensor x = test::uniform(1, 2, {100, 1001});
  const std::vector<float> in = x.to_vector<float>(),
                           out = dropout(x, 0.3, true, key(11)).to_vector<float>();
  int64_t dropped = 0;
  for (size_t i = 0; i < in.size(); ++i) {
    if (out[i] == 0)
      ++dropped;
    else
      ASSERT_FLOAT_EQ(out[i], in[i] / 0.7f);
  }
  EXPECT_NEAR(double(dropped) / double(in.size()), 0.3, 5 * std::sqrt(0.21 / double(in.size())));
}

TEST(Dropout, GradientHasTheSameMask) {
  for (DType dtype : {f32, f64}) {
    Tensor x = ones({30, 70}, dtype);
    x.requires_grad_();
    const Tensor y = dropout(x, 0.4);
    y.sum().backward();
    EXPECT_EQ(x.grad().to_vector<double>(), y.to_vector<double>());
  }
  // Also where the gradient lies in memory otherwise than the operand.
  Tensor x = ones({8, 9});
  x.requires_grad_();
  const Tensor y = dropout(x, 0.5);
  y.backward(ones({9, 8}).t());
  EXPECT_EQ(x.grad().to_vector<float>(), y.to_vector<float>());
}

TEST(Dropout, FastAndPlainDropTheSame) {
  const Tensor x = test::randn({5003});
  const Tensor fast = dropout(x, 0.37, true, key(12));
  const OneKernel plain(op::dropout, 1);
  const Tensor slow = dropout(x, 0.37, true, key(12));
  EXPECT_EQ(plain.times_fitted(), 1);
  EXPECT_EQ(fast.to_vector<float>(), slow.to_vector<float>());
}

TEST(Dropout, EdgesAndEvaluation) {
  const Tensor x = test::randn({50});
  EXPECT_TRUE(dropout(x, 0.5, false).same(x));
  const Tensor all = dropout(x, 0);
  EXPECT_EQ(all.raw_data(), x.raw_data());  // nothing is copied
  for (float v : dropout(x, 1).to_vector<float>())
    EXPECT_EQ(v, 0);
}

}  // namespace
}  // namespace hebb
