// Values at the edges of what a dtype holds, and slopes where there is none: what samples, which
// are compared with differences and with the plain kernels, cannot say.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/error.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/batch_norm.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/layer_norm.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/named.h"
#include "hebb/ops/numeric.h"
#include "hebb/ops/overlap_loss.h"
#include "hebb/ops/pad.h"
#include "hebb/ops/pooling.h"
#include "hebb/ops/random.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/special.h"
#include "hebb/ops/statistics.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

using Floats = std::vector<float>;

template <class F>
Floats gradient_of(const Tensor& x, F&& f) {
  Tensor leaf = x.detach().requires_grad_();
  f(leaf).sum().backward();
  return leaf.grad().to_vector<float>();
}

TEST(Edges, SlopesWherePyTorchSaysZero) {
  EXPECT_EQ(gradient_of(ones({1, 3}), [](const Tensor& x) { return hebb::std(x, {1}); }),
            (Floats{0, 0, 0}));
  for (double p : {0.5, 1.0, 1.5, 2.0, 3.0, -1.0, -2.0})
    EXPECT_EQ(gradient_of(zeros({3}), [&](const Tensor& x) { return norm(x, p); }),
              (Floats{0, 0, 0}))
        << p;
  const Floats half =
      gradient_of(values({0, 1, -2}, {3}), [](const Tensor& x) { return norm(x, 0.5); });
  EXPECT_EQ(half[0], 0);
  EXPECT_NEAR(half[1], 2.4142, 1e-4);
  EXPECT_NEAR(half[2], -1.7071, 1e-4);
  EXPECT_EQ(norm(values({0, 1, -2}, {3}), -1).item<float>(), 0);
  EXPECT_EQ(gradient_of(values({0, 1, -2}, {3}), [](const Tensor& x) { return norm(x, -1); }),
            (Floats{0, 0, 0}));
}

// PyTorch's, where a formula of the textbook divides by 0 or leaves the range.
TEST(Edges, SlopesOfTwoNumbersAreFinite) {
  const Tensor zero = zeros({1});
  EXPECT_EQ(gradient_of(zero, [&](const Tensor& x) { return atan2(x, zero); }), Floats{0});
  EXPECT_EQ(gradient_of(zero, [&](const Tensor& x) { return atan2(zero, x); }), Floats{0});
  const Tensor tiny = full({1}, 1e-40);
  EXPECT_EQ(gradient_of(tiny, [&](const Tensor& x) { return zero / x; }), Floats{0});
  EXPECT_EQ(gradient_of(tiny, [&](const Tensor& x) { return atan2(x, zero); }), Floats{0});
  const Tensor nan = full({1}, std::nan(""));
  EXPECT_EQ(gradient_of(nan, [&](const Tensor& x) { return fmax(x, nan); }), Floats{1});
  EXPECT_EQ(gradient_of(nan, [&](const Tensor& x) { return fmin(nan, x); }), Floats{0});
  EXPECT_EQ(gradient_of(zero, [&](const Tensor& x) { return fmax(x, zero); }), Floats{0.5F});
  EXPECT_EQ(gradient_of(zero, [&](const Tensor& x) { return fmin(zero, x); }), Floats{0.5F});
}

TEST(Edges, LossesOfInfiniteErrorsHaveASlope) {
  const Tensor far = full({1}, std::numeric_limits<double>::infinity()), zero = zeros({1});
  EXPECT_EQ(gradient_of(far, [&](const Tensor& x) { return smooth_l1_loss(x, zero); }), Floats{1});
  EXPECT_EQ(gradient_of(far, [&](const Tensor& x) { return huber_loss(zero, x); }), Floats{1});
}

// The power of what is missing has no slope at 0 where gamma is below 1.
TEST(Edges, LossesOfCertainAnswersHaveASlope) {
  for (double gamma : {0.0, 0.5, 1.0, 2.0})
    for (double score : {30.0, 200.0, 1e4}) {
      const Tensor x = values({float(score), 0, float(-score)}, {1, 3});
      const auto focal = [&](int64_t label) {
        return gradient_of(x, [&](const Tensor& logits) {
          return focal_loss(logits, tensor({label}), {.gamma = gamma});
        });
      };
      EXPECT_EQ(focal(2).back(), -1.0F) << gamma << " " << score;  // certain and wrong
      const auto binary = gradient_of(reshape(x, {3}), [&](const Tensor& logits) {
        return sigmoid_focal_loss(logits, values({1, 1, 1}, {3}), {.alpha = -1, .gamma = gamma});
      });
      EXPECT_EQ(binary.back(), -1.0F) << gamma << " " << score;
      for (float slope : {focal(0)[0], focal(0)[1], focal(0)[2], binary[0]})
        EXPECT_NEAR(slope, 0, 1e-6) << gamma << " " << score;  // certain and right
    }
}

TEST(Edges, SpecialFunctionsFarOut) {
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor x = values({infinity, infinity, infinity, infinity, 1e30, 1e30, 2, 3}, {8}).to(f64),
               q = values({2.5, 1, 0.5, -2.5, 2.5, 1, infinity, 1e30}, {8}).to(f64);
  const auto zeta = special_zeta(x, q).to_vector<double>();
  const std::vector<double> expected{0, 1, infinity, infinity, 0, 1, 0};
  EXPECT_EQ(std::vector<double>(zeta.begin(), zeta.end() - 1), expected);
  EXPECT_NEAR(zeta.back(), 5e-61, 1e-67);  // of 1e30 as f32
  EXPECT_EQ(gradient_of(full({1}, infinity), [](const Tensor& x) { return digamma(x); }),
            Floats{0});
  EXPECT_EQ(gradient_of(full({1}, 1e-40), [](const Tensor& x) { return special_i1e(x); }),
            Floats{0.5F});
}

// Its gradient would be 0 / 0, or a rounding error divided by another.
TEST(Edges, EqualValuesHaveNoSpread) {
  for (DType dtype : {f32, f64})
    for (double value : {0.1, -1.3e7}) {
      const Tensor x = full({2, 7, 3}, value, dtype);
      for (const Dims& dim : {Dims{}, Dims{1}, Dims{0, 2}}) {
        EXPECT_EQ(var(x, dim).sum().item(), 0) << value;
        EXPECT_EQ(hebb::std(x, dim).sum().item(), 0) << value;
        EXPECT_EQ(gradient_of(x, [&](const Tensor& t) { return hebb::std(t, dim); }), Floats(42, 0))
            << value;
      }
    }
}

TEST(Edges, GradientsOfDivisionDoNotSquareTheDivisor) {
  const Tensor a = full({1}, 1e-25), b = full({1}, 1e-25);
  EXPECT_NEAR(gradient_of(b, [&](const Tensor& x) { return full({1}, 1e-20) * (a / x); })[0], -1e5f,
              1);
  EXPECT_NEAR(
      gradient_of(
          b, [&](const Tensor& x) { return full({1}, 1e-20) * addcdiv(zeros({1}), a, x, 2); })[0],
      -2e5f, 1);
}

TEST(Edges, WhatIsCertainKeepsItsCrossEntropy) {
  const double rest = std::log1p(std::exp(-20.0)), p = 1 / (1 + std::exp(20.0));
  for (const auto& [x, t, slope] : {std::tuple<double, double, double>{-20, 0, p}, {20, 1, -p}}) {
    for (const Tensor& weight : {Tensor(), full({1}, 1)}) {
      Tensor logit = full({1}, x).requires_grad_();
      const Tensor loss = binary_cross_entropy_with_logits(logit, full({1}, t), {}, {}, weight);
      EXPECT_NEAR(loss.item() / rest, 1, 1e-5) << x;
      loss.backward();
      EXPECT_NEAR(logit.grad().item() / slope, 1, 1e-5) << x;
    }
  }
}

// A count of elements is a number that f16 (70000) and bf16 (257) do not have.
TEST(Edges, MeansOfManyHalvesHaveAGradient) {
  const auto slope = [](int64_t n, DType dtype) {
    Tensor x = full({n}, 1, dtype).requires_grad_();
    hebb::mean(x).backward();
    return x.grad().to_vector<double>()[0];
  };
  EXPECT_NEAR(slope(70000, f16) * 70000, 1, 3e-3);  // a subnormal number
  EXPECT_EQ(slope(257, bf16), full({}, 1.0 / 257).to(bf16).item());
  Tensor x = full({128, 1024}, 1, f16).requires_grad_();
  mse_loss(x, zeros({128, 1024}, f16)).backward();
  EXPECT_NEAR(x.grad().to_vector<double>()[0] * 65536, 1, 1e-2);
}

TEST(Edges, ArangeCountsWholeNumbersIn64Bits) {
  const Tensor out = arange(0x1p60, 0x1p60 + 512, 1);
  EXPECT_EQ(out.to_vector<int64_t>()[3], (int64_t(1) << 60) + 3);
  EXPECT_EQ(arange(3, -6, -2, i8).to_vector<int64_t>(), (std::vector<int64_t>{3, 1, -1, -3, -5}));
}

TEST(Edges, AnEmptyBatchLeavesRunningStatistics) {
  const BatchNormResult result =
      batch_norm_training(zeros({0, 2}), values({1, 2}, {2}), values({3, 4}, {2}));
  EXPECT_EQ(result.running_mean.to_vector<float>(), (Floats{1, 2}));
  EXPECT_EQ(result.running_var.to_vector<float>(), (Floats{3, 4}));
}

TEST(Edges, NothingIsPreparedForElementsThatAreNotThere) {  // no list as long as the output
  EXPECT_EQ(adaptive_avg_pool1d(zeros({0, 1, 4}), {2147483647}).shape(), (Dims{0, 1, 2147483647}));
  EXPECT_EQ(pad(zeros({0, 4}), {2147483600, 0}).shape(), (Dims{0, 2147483604}));
}

TEST(Edges, ArangeOfFractions) {
  const NamedTensors none;
  const Tensor quarters =
      run_by_name(*find_op("arange"), none, R"({"end": 1, "step": 0.25})", nullptr)
          .results.at("out");
  EXPECT_EQ(quarters.to_vector<float>(), (Floats{0, 0.25, 0.5, 0.75}));
  EXPECT_EQ(
      run_by_name(*find_op("arange"), none, R"({"end": 3})", nullptr).results.at("out").dtype(),
      i64);
  EXPECT_THROW(arange(0, 1, 0.25), Error);
}

// The mean of many values far from 0: f32 sums of the whole run would miss it.
TEST(Edges, LongRunsAreNormalised) {
  const int64_t n = int64_t(1) << 20;
  const Tensor x = uniform(0, 1, {1, 1, n});
  double mean = 0, m2 = 0;
  for (float v : x.to_vector<float>())
    mean += v / double(n);
  for (float v : x.to_vector<float>())
    m2 += (v - mean) * (v - mean) / double(n);
  const double first = (x.to_vector<float>()[0] - mean) / std::sqrt(m2 + 1e-5);
  EXPECT_NEAR(layer_norm(x, {n}).to_vector<float>()[0], first, 1e-6);
  const Tensor y = batch_norm(x, {}, {}, {}, {}, {.training = true});
  EXPECT_NEAR(y.to_vector<float>()[0], first, 1e-6);
}

TEST(Edges, RmsNormOfLargeHalves) {
  EXPECT_EQ(rms_norm(full({1, 4}, 300, f16), {4}).to(f32).to_vector<float>(), (Floats{1, 1, 1, 1}));
}

TEST(Edges, UniformNeverReachesHigh) {
  for (DType dtype : {f16, bf16, f32, f64}) {
    const auto drawn =
        hebb::uniform({4096}, 1, 1.0 + 0x1p-7, dtype, key(3)).to(f64).to_vector<double>();
    for (double v : drawn)
      EXPECT_TRUE(v >= 1 && v < 1.0 + 0x1p-7) << name(dtype) << " " << v;
    const auto below =
        hebb::uniform({4096}, -1.0 - 0x1p-7, -1, dtype, key(3)).to(f64).to_vector<double>();
    for (double v : below)
      EXPECT_LT(v, -1) << name(dtype);
    EXPECT_EQ(hebb::uniform({1}, 2, 2, dtype, key(3)).to(f64).item<double>(), 2);
  }
}

TEST(Edges, RandintKeepsAllDigitsInF64) {
  const int64_t low = (int64_t(1) << 40) + 1;
  for (double v : randint(low, low + 3, {64}, f64, key(1)).to_vector<double>())
    EXPECT_TRUE(v >= double(low) && v < double(low + 3)) << v;
}

TEST(Edges, HalvesAreAddedUpInSingle) {
  const int64_t n = 5000;  // one after the other, f16 stops at 2048 and bf16 at 256
  for (DType dtype : {f16, bf16}) {
    const Tensor index = zeros({n}, i64), one = ones({n}, dtype), rows = ones({n, 2}, dtype);
    const float expected = full({1}, 5000, dtype).to(f32).item<float>();
    EXPECT_EQ(scatter_add(zeros({1}, dtype), 0, index, one).to(f32).to_vector<float>(),
              (Floats{expected}));
    EXPECT_EQ(index_add(zeros({1, 2}, dtype), 0, index, rows).to(f32).to_vector<float>(),
              (Floats{expected, expected}));
    Tensor table = zeros({1, 2}, dtype).requires_grad_();
    embedding(index, table).backward(rows);
    EXPECT_EQ(table.grad().to(f32).to_vector<float>(), (Floats{expected, expected}));
  }
}

TEST(Edges, IntegersWrapAround) {
  const auto most = double(std::numeric_limits<int32_t>::max());
  EXPECT_EQ(matmul(full({1, 2}, most, i32), full({2, 1}, 2, i32)).to(i64).item<int64_t>(), -4);
  EXPECT_EQ(conv1d(full({1, 1, 2}, most, i32), full({1, 1, 2}, 2, i32)).to(i64).item<int64_t>(),
            -4);
  EXPECT_EQ(matmul(full({1, 2}, -3, i8), full({2, 1}, 4, i8)).to(i64).item<int64_t>(), -24);
}

TEST(Edges, PlainProductsOfLongRows) {  // longer than the block that a kernel handles at a time
  const Tensor a = randn({2, 5}, f64), b = randn({5, 600}, f64);
  const auto whole = matmul(a, b).to_vector<double>(),
             part = matmul(a, b[{Slice(), Slice(500, 600)}]).to_vector<double>();
  for (size_t i = 0; i < 100; ++i)
    EXPECT_EQ(whole[500 + i], part[i]);
  const Tensor x = randn({1, 2, 700}, f64), w = randn({3, 2, 5}, f64);
  const auto y =
      conv1d(x, w, {}, {.stride = {2}, .padding = {3}, .dilation = {2}}).to_vector<double>();
  const auto tail = conv1d(x[{Slice(), Slice(), Slice(599, 700)}], w, {},
                           {.stride = {2}, .padding = {0}, .dilation = {2}})
                        .to_vector<double>();
  const size_t width = y.size() / 3, count = tail.size() / 3;
  for (size_t o = 0; o < 3; ++o)
    for (size_t i = 0; i < count; ++i)
      EXPECT_EQ(y[o * width + 301 + i], tail[o * count + i]) << o << " " << i;
  const Tensor dy = randn({1, 2, 400}, f64), v = randn({2, 3, 4}, f64);
  const auto dx = conv_transpose1d(dy, v, {}, {.stride = {2}}).to_vector<double>();
  const auto rest =
      conv_transpose1d(dy[{Slice(), Slice(), Slice(300, 400)}], v, {}, {.stride = {2}})
          .to_vector<double>();
  const size_t long_row = dx.size() / 3, row = rest.size() / 3;
  for (size_t o = 0; o < 3; ++o)
    for (size_t i = 4; i < row; ++i)
      EXPECT_EQ(dx[o * long_row + 600 + i], rest[o * row + i]) << o << " " << i;
}

// Squares of these leave the range of f32, or of f64.
TEST(Edges, SpreadsOfVeryLargeAndVerySmallValues) {
  const auto of = [](std::vector<double> values, DType dtype) {
    return Tensor::from(values, {int64_t(values.size())}).to(dtype);
  };
  EXPECT_FLOAT_EQ(std(of({1e20, 3e20}, f32)).item<float>(), 1.41421356e20F);
  EXPECT_FLOAT_EQ(std(of({1e-25, 3e-25}, f32)).item<float>(), 1.41421356e-25F);
  EXPECT_FLOAT_EQ(norm(of({3e20, 4e20}, f32)).item<float>(), 5e20F);
  EXPECT_FLOAT_EQ(norm(of({3e-25, 4e-25}, f32)).item<float>(), 5e-25F);
  EXPECT_FLOAT_EQ(norm(of({1e20, 1e20}, f32), 3).item<float>(), float(std::cbrt(2.0) * 1e20));
  EXPECT_DOUBLE_EQ(norm(of({3e200, 4e200}, f64)).item(), 5e200);
  EXPECT_DOUBLE_EQ(std(of({1e-200, 3e-200}, f64)).item(), std::sqrt(2.0) * 1e-200);
  for (float v : rms_norm(of({1e30, -1e30}, f32), {2}).to_vector<float>())
    EXPECT_FLOAT_EQ(std::abs(v), 1);

  const std::vector<float> normal =
      layer_norm(of({1e30, 2e30, -1e30, 0}, f32), {4}).to_vector<float>();
  const double root = std::sqrt(1.25);  // of the variance of 1, 2, -1, 0
  for (size_t i = 0; i < 4; ++i)
    EXPECT_FLOAT_EQ(normal[i], float(std::vector<double>{0.5, 1.5, -1.5, -0.5}[i] / root));

  Tensor x = of({3e20, 4e20}, f32);
  x.requires_grad_();
  norm(x).backward();
  EXPECT_FLOAT_EQ(x.grad().to_vector<float>()[0], 0.6F);
  x.set_grad({});
  std(x).backward();
  EXPECT_FLOAT_EQ(x.grad().to_vector<float>()[1], float(std::sqrt(0.5)));
}

// At most two digits are lost: 16 values of 1e8 and a spread of 1e-6, whose squares have 28 digits.
TEST(Edges, VarianceFarFromZero) {
  std::vector<double> values;
  for (double offset : {1e4, 1e8}) {
    values.clear();
    for (int i = 0; i < 16; ++i)
      values.push_back(offset + std::ldexp(i, -20));
    const double step = std::ldexp(1, -20), exact = step * step * (256.0 - 1) / 12 * 16 / 15;
    EXPECT_NEAR(var(Tensor::from(values, {16})).item() / exact, 1, 1e-14) << offset;
  }
}

TEST(Numbers, AloneStayNumbersInF64) {
  const Tensor a = 0.3, b = 1 - a, c = b * 2 + 1;
  EXPECT_TRUE(b.is_number());
  EXPECT_EQ(b.dtype(), DType::f64);
  EXPECT_EQ(b.item(), 1 - 0.3);
  EXPECT_EQ(c.item(), (1 - 0.3) * 2 + 1);
  EXPECT_EQ((Tensor(2) + Tensor(3)).dtype(), DType::i64);
  EXPECT_EQ((Tensor(2) / Tensor(3)).item(), 2.0 / 3);
  EXPECT_EQ((ones({2}) * c).dtype(), f32) << "they are as weak as before";
  EXPECT_EQ(eq(a, 0.3).item<bool>(), true);
}

// The first term apart, on both sides of where the way of computing changes.
TEST(Edges, ZetaFarBelowZero) {
  for (double x : {2.0, 3.0, 8.0})
    for (double q : {-20.25, -19.75, -123456.5, -1e9 - 0.25}) {
      const double all = special_zeta(full({}, x, f64), full({}, q, f64)).item(),
                   rest = special_zeta(full({}, x, f64), full({}, q + 1, f64)).item();
      EXPECT_NEAR(all, std::pow(q, -x) + rest, 1e-12 * std::max(1.0, std::abs(all)))
          << x << ", " << q;
    }
}

}  // namespace
}  // namespace hebb::test
