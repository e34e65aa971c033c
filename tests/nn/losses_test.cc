// Losses by name: what they compute, and what a model's outputs are to them.

#include "hebb/nn/losses.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/base/error.h"
#include "hebb/base/log.h"
#include "hebb/nn/loss_functions.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/margin_loss.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/softmax.h"
#include "support/message_of.h"

namespace hebb {
namespace {

Tensor numbers(std::vector<float> values, const Dims& shape) {
  return Tensor::from(values, shape);
}
Tensor labels(std::vector<int64_t> values) {
  const int64_t n = int64_t(values.size());
  return Tensor::from(values, {n});
}

Tensor soft_margin_loss_of_one(const Tensor& output, const Tensor& target) {
  return soft_margin_loss(output, target);
}

std::string refused_loss(const std::string& line) {
  try {
    parse_loss(line);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Losses, OfTwoClassesWithOneOutput) {
  const Tensor p = numbers({0.25f, 0.5f}, {2, 1}), y = labels({0, 1});
  EXPECT_NEAR(parse_loss("bce")(p, y).item(), -(std::log(0.75) + std::log(0.5)) / 2, 1e-6);
  EXPECT_NEAR(parse_loss("bce_with_logits")(p, y).item(),
              (std::log1p(std::exp(0.25)) + std::log1p(std::exp(-0.5))) / 2, 1e-6);
  EXPECT_NEAR(parse_loss("mse")(p, y).item(), (0.0625 + 0.25) / 2, 1e-6);
  EXPECT_NEAR(parse_loss("l1")(p, y).item(), 0.375, 1e-6);
  EXPECT_NEAR(parse_loss("mae")(p, y).item(), 0.375, 1e-6);
  EXPECT_NEAR(parse_loss("huber delta=0.25")(p, y).item(), (0.03125 + 0.25 * (0.5 - 0.125)) / 2,
              1e-6);
  EXPECT_NEAR(parse_loss("smooth_l1 beta=0.25")(p, y).item(),
              (0.5 * 0.0625 / 0.25 + 0.5 - 0.125) / 2, 1e-6);
}

TEST(Losses, ClassOneMayWeighMore) {
  const Tensor x = numbers({0.25f, -0.5f}, {2, 1}), y = labels({1, 0});
  const double first = std::log1p(std::exp(-0.25)), second = std::log1p(std::exp(-0.5));
  EXPECT_NEAR(parse_loss("bce_with_logits pos_weight=3")(x, y).item(), (3 * first + second) / 2,
              1e-6);
  EXPECT_NE(message_of([] {
              parse_loss("bce_with_logits pos_weight=3", std::vector<double>{1, 2});
            }).find("not both"),
            std::string::npos);
  EXPECT_NE(refused_loss("bce_with_logits pos_weight=0").find("above 0"), std::string::npos);
}

// Nearly right and far from sure against right but for one answer that is very wrong.
TEST(Losses, ALowerOneIsNotMoreOftenRight) {
  const Tensor y = labels({1, 1, 1, 1}), careful = numbers({-0.1f, -0.1f, 0.5f, 0.5f}, {4, 1}),
               bold = numbers({2, 2, 2, -9}, {4, 1});
  const Loss loss = parse_loss("bce_with_logits");
  const auto right = [&](const Tensor& scores) { return sum(gt(scores, 0).to(f32)).item(); };
  EXPECT_LT(loss(careful, y).item(), loss(bold, y).item());
  EXPECT_LT(right(careful), right(bold));
}

TEST(Losses, OfCounts) {
  const Tensor expected = numbers({0.5f, 2, 0}, {3, 1}), counts = numbers({1, 3, 0}, {3});
  EXPECT_NEAR(parse_loss("poisson_nll")(expected, counts).item(),
              (0.5 - std::log(0.5) + 2 - 3 * std::log(2.0)) / 3, 1e-6);
  EXPECT_NEAR(parse_loss("poisson eps=0.5")(expected, counts).item(),
              (0.5 + 2 - 3 * std::log(2.5)) / 3, 1e-6);
  EXPECT_EQ(parse_loss("poisson_nll").outputs(), Outputs::numbers);
  EXPECT_FALSE(parse_loss("poisson_nll").takes_scaled_targets());
  EXPECT_TRUE(parse_loss("mse").takes_scaled_targets());
}

TEST(Losses, OfRareClassesAndMargins) {
  const Tensor scores = numbers({1, 0, 2, -1, 0.5, 3}, {2, 3}), y = labels({2, 0});
  EXPECT_NEAR(parse_loss("focal gamma=0")(scores, y).item(), cross_entropy(scores, y).item(), 1e-6);
  EXPECT_LT(parse_loss("focal")(scores, y).item(), cross_entropy(scores, y).item());
  EXPECT_EQ(parse_loss("focal ignore_index=2").weight(labels({0, 2, 1, 2})), 2);
  EXPECT_EQ(parse_loss("sigmoid_focal").outputs(), Outputs::logits);
  const double p = 1 / (1 + std::exp(-0.5));
  EXPECT_NEAR(parse_loss("sigmoid_focal 0.4 gamma=1")(numbers({0.5}, {1, 1}), labels({1})).item(),
              -0.4 * (1 - p) * std::log(p), 1e-6);
  // Rows: max(0, 1 - 2 + 1) + max(0, 1 - 2 + 0); max(0, 1 + 1 + 0.5) + max(0, 1 + 1 + 3).
  EXPECT_NEAR(parse_loss("multi_margin")(scores, y).item(), (0 + 2.5 + 5) / 3 / 2, 1e-6);
  EXPECT_NEAR(parse_loss("multi_margin 0.5 p=2")(scores, y).item(), (4 + 20.25) / 3 / 2, 1e-6);
}

TEST(Losses, TargetsDoNotBroadcast) {  // [N] beside [N, 1] would be [N, N]
  EXPECT_NEAR(parse_loss("mse")(numbers({1, 2}, {2, 1}), numbers({1, 4}, {2})).item(), 2, 1e-6);
  EXPECT_THROW(parse_loss("mse")(zeros({2, 3}), zeros({2})), Error);
  EXPECT_THROW(parse_loss("bce")(zeros({2, 3}), labels({0, 1})), Error);
  for (const char* loss : {"mse", "huber"})
    EXPECT_NE(message_of([&] {
                parse_loss(loss)(zeros({2, 10}), labels({0, 1}));
              }).find("this loss is for quantities"),
              std::string::npos);
  EXPECT_NE(message_of([] {
              parse_loss("bce")(zeros({2, 10}), labels({0, 1}));
            }).find("for more classes use cross_entropy"),
            std::string::npos);
}

TEST(Losses, TargetsAreNoTransposedOutputs) {
  const Tensor y = numbers({1, 2, 3, 4, 5, 6}, {1, 3, 2});
  EXPECT_EQ(parse_loss("mse")(numbers({1, 2, 3, 4, 5, 6}, {1, 6}), y).item(), 0);  // flat outputs
  EXPECT_EQ(parse_loss("mse")(numbers({1, 2, 3, 4, 5, 6}, {1, 3, 1, 2}), y).item(), 0);
  EXPECT_NE(message_of([&] {
              parse_loss("mse")(zeros({1, 2, 3}), y);
            }).find("the model gives [1, 2, 3], the targets are [1, 3, 2]"),
            std::string::npos);
  EXPECT_THROW(parse_loss("mse")(zeros({2, 3}), zeros({3, 2})), Error);
  EXPECT_THROW(parse_loss("mse")(zeros({6, 1}), zeros({1, 6})), Error);  // one sample is not six
}

TEST(Losses, WarnOfTargetsThatBroadcast) {
  static std::vector<std::string> warnings;
  warnings.clear();
  set_warning_handler([](std::string_view line) { warnings.emplace_back(line); });
  for (int i = 0; i < 2; ++i) {
    mse_loss(zeros({5, 1}), zeros({5}));
    l1_loss(zeros({5, 1}), zeros({5}));
    huber_loss(zeros({5, 1}), zeros({5}));
    smooth_l1_loss(zeros({5, 1}), zeros({5}));
    mse_loss(zeros({5, 1}), zeros({5, 1}));
  }
  set_warning_handler({});
  ASSERT_EQ(warnings.size(), 4u);
  EXPECT_EQ(
      warnings[0],
      "mse_loss: target is [5], input [5, 1]: they are broadcast to [5, 5]; give them one shape");
}

TEST(Losses, SayWhatOutputsAre) {
  EXPECT_EQ(parse_loss("cross_entropy label_smoothing=0.1").outputs(), Outputs::logits);
  EXPECT_EQ(parse_loss("binary_cross_entropy_with_logits").outputs(), Outputs::logits);
  EXPECT_EQ(parse_loss("binary_cross_entropy").outputs(), Outputs::probabilities);
  for (const char* word : {"mse", "mse_loss", "l1", "smooth_l1", "huber"})
    EXPECT_EQ(parse_loss(word).outputs(), Outputs::numbers) << word;
}

// A batch counts by what its mean was divided by.
TEST(Losses, FunctionsByNameAreTheirWords) {
  EXPECT_EQ(Loss(mse_loss).outputs(), Outputs::numbers);
  EXPECT_EQ(Loss(log_cosh_loss).outputs(), Outputs::numbers);
  EXPECT_EQ(Loss(binary_cross_entropy).outputs(), Outputs::probabilities);
  EXPECT_EQ(Loss(nll_loss).outputs(), Outputs::logits);
  EXPECT_TRUE(Loss(binary_cross_entropy_with_logits).takes_sample_weights());
  EXPECT_FALSE(Loss(soft_margin_loss_of_one).takes_sample_weights());  // no word is it
}

TEST(Losses, NllIsCrossEntropyOfLogProbabilities) {
  const Tensor logits = numbers({0.3F, -1, 2, 0.5F, 0, -0.5F, 1, 1, -2}, {3, 3});
  const Tensor target = labels({0, 7, 2});
  for (const std::vector<double>& class_weights :
       {std::vector<double>{}, std::vector<double>{1, 2, 3}}) {
    const Loss nll = parse_loss("nll ignore_index=7", class_weights),
               reference = parse_loss("cross_entropy ignore_index=7", class_weights);
    EXPECT_NEAR(nll(log_softmax(logits, 1), target).item(), reference(logits, target).item(), 1e-6);
    EXPECT_EQ(nll.weight(target), reference.weight(target));
  }
  EXPECT_EQ(print_loss("nll_loss ignore_index=7"), "nll ignore_index=7");
}

TEST(Losses, KnowTheirWeight) {
  const Tensor labels = Tensor::from(std::vector<int64_t>{0, 2, 1, 2}, {4});
  EXPECT_EQ(Loss(cross_entropy).weight(labels), 4);
  EXPECT_EQ(parse_loss("cross_entropy ignore_index=2").weight(labels), 2);
  EXPECT_EQ(class_loss({.ignore_index = 0}, numbers({1, 2, 4}, {3})).weight(labels), 10);
  EXPECT_EQ(parse_loss("cross_entropy").weight(zeros({5, 3})), 5);  // probabilities: by rows
  EXPECT_EQ(parse_loss("mse").weight(zeros({5, 3})), 5);
  EXPECT_EQ(Loss([](const Tensor& output, const Tensor&) { return sum(output); }).weight(labels),
            4);
  const Tensor output = numbers({1, 0, 2, -1, 0.5, 3, 0, 0, 1, 2, 2, 2}, {4, 3});
  const Loss weighted = class_loss({.ignore_index = 0}, numbers({1, 2, 4}, {3}));
  const ClassLossAttrs total{.reduction = "sum", .ignore_index = 0};
  EXPECT_NEAR(weighted(output, labels).item() * weighted.weight(labels),
              cross_entropy(output, labels, total, numbers({1, 2, 4}, {3})).item(), 1e-5);
}

// A sum over what counts; a mean of it weighs the same.
TEST(Losses, GiveASumAndAWeight) {
  const Tensor output = numbers({1, 2, 3, 4}, {4}), target = numbers({0, 0, 0, 2}, {4});
  const TensorDict outputs{{"output", output}}, targets{{"y", target}};
  const Loss sums(
      [](const Tensor& x, const Tensor& y) { return LossValue::of_sum(sum(x - y), 2); });
  EXPECT_EQ(sums(outputs, targets).weight, 2);
  EXPECT_EQ(sums(outputs, targets).mean.item(), 4);
  EXPECT_EQ(sums(outputs, targets).sum().item(), 8);
  EXPECT_EQ(sums(output, target).item(), 4);
  const LossValue plain = Loss(mse_loss)(outputs, targets);
  EXPECT_EQ(plain.weight, 4);
  EXPECT_EQ(plain.sum().item(), 1 + 4 + 9 + 4);
}

TEST(Losses, OfDictsSeeAllOutputsAndTargets) {
  const Loss both(
      [](const TensorDict& outputs, const TensorDict& targets) {
        return mse_loss(outputs["a"], targets["y"]) + l1_loss(outputs["b"], targets["z"]);
      },
      Outputs::numbers);
  EXPECT_EQ(both.outputs(), Outputs::numbers);
  const TensorDict outputs{{"a", numbers({1, 2}, {2})}, {"b", numbers({3, 3}, {2})}},
      targets{{"y", numbers({0, 0}, {2})}, {"z", numbers({1, 2}, {2})}};
  EXPECT_EQ(both(outputs, targets).mean.item(), 2.5 + 1.5);
  EXPECT_EQ(both(outputs, targets).weight, 2);  // samples
  const auto said = [&](const Loss& loss) {
    try {
      loss(outputs, targets);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(said(Loss(mse_loss)),
            "loss: is of one output and one target, but the model gives a and b and the targets "
            "are y and z; a lambda of two TensorDicts takes them all");
  EXPECT_EQ(said(Loss()), "loss: there is none; TrainerOptions::loss takes one");
  EXPECT_EQ(said(Loss([](const TensorDict& out, const TensorDict&) { return out["a"]; })),
            "loss: has shape [2], should be one number per batch");
  EXPECT_FALSE(Loss().defined());
}

TEST(Losses, Refusals) {
  EXPECT_NE(refused_loss("cross_entrop").find("did you mean 'cross_entropy'"), std::string::npos);
  EXPECT_NE(refused_loss("huber delta=0").find("should be above 0"), std::string::npos);
  EXPECT_NE(refused_loss("cross_entropy label_smoothing=2").find("should be from 0 to 1"),
            std::string::npos);
  EXPECT_NE(refused_loss("mse beta=1").find("beta"), std::string::npos);
}

}  // namespace
}  // namespace hebb
