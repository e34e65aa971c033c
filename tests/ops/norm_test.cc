// Normalisation beyond what the samples say: accuracy far from zero, and layouts that are kept.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/batch_norm.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/create.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/layer_norm.h"
#include "hebb/ops/views.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

double worst(const Tensor& got, const Tensor& expected, bool relative) {
  const std::vector<double> a = got.to_vector<double>(), b = expected.to_vector<double>();
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::fabs(a[i] - b[i]) / (relative ? std::fabs(b[i]) : 1));
  return most;
}

// Mean 1000 and standard deviation 1: a sum of squares would lose the variance, a long sum in f32
// the mean.
void expect_accurate(const Tensor& x) {
  const int64_t channels = x.size(1);
  const Tensor mean = hebb::zeros({channels}), var = hebb::ones({channels});
  const BatchNormAttrs attrs{.training = true, .momentum = 1, .eps = 1e-5};
  const BatchNormResult right =
      batch_norm_training(x.to(DType::f64), mean.to(DType::f64), var.to(DType::f64), {}, {}, attrs);
  const std::vector<std::string> sets = cpu::instruction_sets();
  for (size_t set = 0; set < sets.size(); ++set) {
    const OneInstructionSet in_set(set);
    SCOPED_TRACE(sets[set] + " " + to_string(x.shape()) + to_string(x.strides()));
    const BatchNormResult got = batch_norm_training(x, mean, var, {}, {}, attrs);
    EXPECT_LT(worst(got.running_mean, right.running_mean, true), 1e-7);  // a f32 holds no more
    EXPECT_LT(worst(got.running_var, right.running_var, true), 1e-6);
    EXPECT_LT(worst(got.out, right.out, false), 1e-5);
  }
}

TEST(BatchNorm, IsAccurateFarFromZero) {
  auto far = [](const Tensor& t) { return t + 1000; };
  for (int64_t channels : {1, 3, 8, 33})
    expect_accurate(far(randn({4096, channels})));
  const Tensor pictures = far(randn({16, 8, 64, 64}));
  expect_accurate(pictures);
  expect_accurate(channels_last(pictures));
}

bool all_zero(const Tensor& t) {
  const std::vector<double> values = t.to_vector<double>();
  return std::all_of(values.begin(), values.end(), [](double v) { return v == 0; });
}

template <class F>
Tensor gradient_of(const Tensor& x, F&& f, const Tensor& given) {
  Tensor leaf = x.detach().requires_grad_();
  f(leaf).backward(given);
  return leaf.grad();
}

// What is left of one value without its mean is nothing, and so is its gradient: not the rounding
// error of the mean, times 1 / sqrt(eps).
TEST(Norms, OfOneValueHaveNoGradient) {
  const Tensor x = randn({5, 3, 1}, f64), given = randn({5, 3, 1}, f64), w = randn({1}, f64);
  const auto layer = [&](const Tensor& t) { return layer_norm(t, {1}, w, w); };
  const auto group = [&](const Tensor& t) { return group_norm(t, 3, randn({3}, f64)); };
  EXPECT_TRUE(all_zero(layer_norm(x, {1})));
  EXPECT_TRUE(all_zero(gradient_of(x, layer, given)));
  EXPECT_TRUE(all_zero(gradient_of(x, group, given)));
  EXPECT_TRUE(all_zero(gradient_of(
      x.to(f32), [](const Tensor& t) { return layer_norm(t, {1}); }, given.to(f32))));
}

TEST(Norms, OfEqualValuesAreZero) {
  for (double value : {0.1, 1.3e7}) {
    const Tensor x = test::full({7, 3, 7}, value, f64), given = test::full({7, 3, 7}, 1.3, f64);
    const std::vector<std::function<Tensor(const Tensor&)>> norms = {
        [](const Tensor& t) { return layer_norm(t, {7}); },
        [](const Tensor& t) { return group_norm(t, 1); },
        [](const Tensor& t) { return instance_norm(t); }};
    for (size_t i = 0; i < norms.size(); ++i) {
      EXPECT_TRUE(all_zero(norms[i](x))) << i << ": " << value;
      EXPECT_TRUE(all_zero(gradient_of(x, norms[i], given))) << i << ": " << value;
    }
  }
}

// Its mean is rounded as PyTorch's, so what is normalised is not 0, but far below the last digit of
// the gradient's terms.
TEST(BatchNorm, OfEqualValuesHasNoGradient) {
  const auto norm = [](const Tensor& t) {
    return batch_norm_training(t, {}, {}, {}, {}, {.training = true}).out;
  };
  const Tensor given = test::full({7, 3, 7}, 1.3, f64);
  const Tensor gradient = gradient_of(test::full({7, 3, 7}, 0.1, f64), norm, given);
  EXPECT_LT(worst(gradient, test::zeros({7, 3, 7}, f64), false), 1e-20);
}

TEST(Norms, KeepTheDtypeOfTheirInput) {
  const Tensor x = randn({2, 4, 3}).to(DType::f16), wide = ones({4}), last = ones({3});
  EXPECT_EQ(group_norm(x, 2, wide, wide).dtype(), DType::f16);
  EXPECT_EQ(instance_norm(x, {}, {}, wide, wide).dtype(), DType::f16);
  EXPECT_EQ(rms_norm(x, {3}, last).dtype(), DType::f16);
  EXPECT_EQ(layer_norm(x, {3}, last, last).dtype(), DType::f16);
}

// As layer_norm does: the weight and the bias are applied before the one rounding.
TEST(Norms, OfHalvesAreRoundedOnce) {
  for (DType half : {DType::f16, DType::bf16}) {
    const auto halved = [&](Shape shape) { return randn(shape).to(half); };
    const auto wide = [](const Tensor& t) { return t.to(DType::f32); };
    const Tensor x = halved({4, 8, 5, 6}), w = halved({8}), b = halved({8}), last = halved({6});
    const auto expect_rounded = [&](const Tensor& got, const Tensor& single) {
      EXPECT_EQ(got.to_vector<double>(), single.to(half).to_vector<double>());
    };
    expect_rounded(group_norm(x, 2, w, b), group_norm(wide(x), 2, wide(w), wide(b)));
    expect_rounded(instance_norm(x, {}, {}, w, b),
                   instance_norm(wide(x), {}, {}, wide(w), wide(b)));
    expect_rounded(rms_norm(x, {6}, last, 1e-5), rms_norm(wide(x), {6}, wide(last), 1e-5));
    const Tensor kernel = halved({8, 3, 3, 3}), bias = halved({3});
    expect_rounded(conv_transpose2d(x, kernel, bias),
                   conv_transpose2d(wide(x), wide(kernel), wide(bias)));
  }
}

TEST(GroupNorm, KeepsTheLayoutOfItsInput) {
  const Tensor row_major = randn({2, 6, 4, 5}), weight = randn({6}), bias = randn({6});
  for (const Tensor& x : {channels_last(row_major),
                          row_major.permute({0, 3, 2, 1}).contiguous().permute({0, 3, 2, 1})}) {
    ASSERT_NE(x.strides(), row_major.strides());
    const Tensor groups = group_norm(x, 3, weight, bias),
                 channels = instance_norm(x, {}, {}, weight, bias);
    EXPECT_EQ(groups.strides(), x.strides());
    EXPECT_EQ(channels.strides(), x.strides());
    EXPECT_EQ(difference(groups, group_norm(row_major, 3, weight, bias), 1e-6, 1e-6), "");
    EXPECT_EQ(difference(channels, instance_norm(row_major, {}, {}, weight, bias), 1e-6, 1e-6), "");
  }
  EXPECT_EQ(group_norm(row_major, 3, weight, bias).strides(), row_major.strides());
  const Tensor every_second = randn({2, 6, 4, 10})[{Ellipsis(), Slice(0, 10, 2)}];  // not dense
  EXPECT_TRUE(group_norm(every_second, 3, weight, bias).is_contiguous());
}

}  // namespace
}  // namespace hebb::test
