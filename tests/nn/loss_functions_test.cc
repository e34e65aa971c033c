// Losses made of operators: values worked out beside them, gradients by differences, their words.
#include "hebb/nn/loss_functions.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/autograd/gradcheck.h"
#include "hebb/nn/losses.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"
#include "support/message_of.h"

namespace hebb {
namespace {

Tensor doubles(const std::vector<double>& values) {
  return tensor(values);
}

TEST(LossFunctions, SignedMargins) {
  const Tensor score = doubles({2, 0.25, -1, -3}), sign = doubles({1, 1, 1, -1});
  EXPECT_DOUBLE_EQ(perceptron_loss(score, sign).item(), 1.0 / 4);
  EXPECT_DOUBLE_EQ(hinge_loss(score, sign).item(), (0.75 + 2) / 4);
  EXPECT_DOUBLE_EQ(hinge_loss(score, sign, {.margin = 3, .p = 2}).item(),
                   (1 + 2.75 * 2.75 + 16) / 4);
  EXPECT_NE(message_of([&] { hinge_loss(score, sign, {.p = 3}); }).find("should be 1 or 2"),
            std::string::npos);
}

TEST(LossFunctions, ZeroAndOne) {
  const Tensor scores = tensor(std::vector<double>{1, 0, 2, -1, 0.5, 3, 1, 1, 0}, {3, 3});
  EXPECT_DOUBLE_EQ(zero_one_loss(scores, tensor({2, 0, 0})).item(),
                   1.0 / 3);  // the first of equals
  EXPECT_DOUBLE_EQ(zero_one_loss(doubles({2, 0, -1, -3}), doubles({1, 1, 1, -1})).item(), 0.25);
  EXPECT_NE(message_of([&] {
              zero_one_loss(scores, tensor({0, 1}));
            }).find("[N, C] and [N]"),
            std::string::npos);
  EXPECT_NE(message_of([&] { zero_one_loss(doubles({}), doubles({})); }).find("N above 0"),
            std::string::npos);
}

TEST(LossFunctions, Quantities) {
  const Tensor input = doubles({1, 5, -2}), target = doubles({2, 1, -2});
  EXPECT_NEAR(log_cosh_loss(input, target).item(),
              (std::log(std::cosh(1.0)) + std::log(std::cosh(4.0))) / 3, 1e-12);
  EXPECT_NEAR(log_cosh_loss(doubles({1e4}), doubles({0})).item(), 1e4 - std::log(2.0), 1e-9);
  EXPECT_DOUBLE_EQ(quantile_loss(input, target, 0.9).item(), (0.9 * 1 + 0.1 * 4) / 3);
  EXPECT_DOUBLE_EQ(quantile_loss(input, target).item(), 2.5 / 3);
  EXPECT_NE(message_of([&] { quantile_loss(input, target, 1); }).find("between 0 and 1"),
            std::string::npos);
}

TEST(LossFunctions, TheQuantileIsWhatMakesItSmallest) {
  const Tensor targets = arange(0, 10, 1, f64);
  const auto loss = [&](double guess) {
    return quantile_loss(full({10}, guess, f64), targets, 0.9).item();
  };
  EXPECT_LT(loss(8.5), loss(7.5));
  EXPECT_LT(loss(8.5), loss(9.5));
}

TEST(LossFunctions, DistributionsAndAdversaries) {
  const Tensor mean = tensor(std::vector<double>{1, 0, 0, -2}, {2, 2}),
               log_variance = tensor(std::vector<double>{0, std::log(4.0), 0, 0}, {2, 2});
  // (mean² + variance - log variance - 1) / 2 of each dimension.
  EXPECT_NEAR(kl_standard_normal(mean, log_variance).item(),
              (0.5 + 0.5 * (4 - std::log(4.0) - 1) + 2) / 2, 1e-12);
  EXPECT_NE(message_of([&] { kl_standard_normal(mean, doubles({1})); }).find("[samples, ...]"),
            std::string::npos);
  const Tensor zero = doubles({0, 0}), sure = doubles({-1000, -1000});
  EXPECT_NEAR(discriminator_loss(zero, zero).item(), 2 * std::log(2.0), 1e-12);
  EXPECT_NEAR(generator_loss(sure).item(), 1000, 1e-9);
  EXPECT_NEAR(saturating_generator_loss(sure).item(), 0, 1e-9);
  EXPECT_NEAR(saturating_generator_loss(zero).item(), -std::log(2.0), 1e-12);
}

TEST(LossFunctions, Gradients) {
  manual_seed(3);
  const Tensor a = randn({3, 4}, f64) * 2, b = randn({3, 4}, f64) * 2;
  const Tensor signs = tensor(std::vector<double>{1, -1, 1, 1, -1, -1, 1, -1, 1, 1, 1, -1}, {3, 4});
  using F = std::function<Tensor(const Tensor&, const Tensor&)>;
  const F of_two[] = {[](const Tensor& x, const Tensor& y) { return log_cosh_loss(x, y); },
                      kl_standard_normal,
                      discriminator_loss,
                      [](const Tensor& x, const Tensor& y) { return quantile_loss(x, y, 0.3); },
                      [&](const Tensor& x, const Tensor& y) {
                        return perceptron_loss(x, signs) + hinge_loss(y, signs, {.p = 2});
                      },
                      [](const Tensor& x, const Tensor& y) {
                        return generator_loss(x) + saturating_generator_loss(y);
                      }};
  for (const F& f : of_two)
    gradcheck([&](const std::vector<Tensor>& in) { return std::vector{f(in[0], in[1])}; }, {a, b});
}

TEST(LossFunctions, Words) {
  const Tensor score = tensor({2.0, -0.5, 0.25}, {3, 1}), classes = tensor({1, 1, 0});
  EXPECT_NEAR(parse_loss("perceptron")(score, classes).item(), (0.5 + 0.25) / 3, 1e-6);
  EXPECT_NEAR(parse_loss("hinge")(score, classes).item(), (1.5 + 1.25) / 3, 1e-6);
  EXPECT_NEAR(parse_loss("hinge 2 p=2")(score, classes).item(), (2.5 * 2.5 + 2.25 * 2.25) / 3,
              1e-6);
  EXPECT_NEAR(parse_loss("soft_margin")(score, classes).item(),
              parse_loss("bce_with_logits")(score, classes).item(), 1e-6);
  EXPECT_EQ(parse_loss("hinge").outputs(), Outputs::logits);
  const Tensor y = tensor({1.0, 1.0, 1.0});
  EXPECT_NEAR(parse_loss("quantile 0.25")(score, y).item(), (0.75 + 0.25 * 1.5 + 0.25 * 0.75) / 3,
              1e-6);
  EXPECT_EQ(parse_loss("log_cosh").outputs(), Outputs::numbers);
  EXPECT_NE(message_of([] { parse_loss("quantile 1.5"); }).find("quantile"), std::string::npos);
}

}  // namespace
}  // namespace hebb
