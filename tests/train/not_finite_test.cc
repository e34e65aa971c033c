// Losses and weights that are not finite: the trainer stops and says where they come from.

#include <gtest/gtest.h>

#include "hebb/autograd/no_grad.h"
#include "hebb/train/evaluation.h"
#include "support/message_of.h"
#include "train/clouds.h"

namespace hebb {
namespace {

TEST(Trainer, WeightsThatTheLastStepSpoiltAreNotSaved) {
  nn::Sequential model = net();
  bool saved = false;
  FitOptions options = quiet({.epochs = 1, .batch_size = 40});
  options.save_checkpoint = [&](const Checkpoint&) { saved = true; };
  const std::string said = message_of([&] {
    Trainer(model, {.loss = cross_entropy, .optimizer = optim::sgd({.lr = 1e300})})
        .fit(clouds(40), options);
  });
  EXPECT_TRUE(holds(said, "after step 1 (epoch 1) the weights of '0.weight' are not finite"))
      << said;
  EXPECT_FALSE(saved);
}

TEST(Trainer, NamesTheLayerWhereTheLossLostItsWay) {
  nn::Sequential model = net();
  const Loss bad([](const Tensor& output, const Tensor&) { return sum(output) * nan; });
  EXPECT_TRUE(holds(message_of([&] { Trainer(model, {.loss = bad}).fit(clouds(8), quiet({})); }),
                    "so it begins in the loss"));
  {
    NoGrad off;
    model[2].module().parameters()[0].copy_(full({2, 8}, nan));
  }
  EXPECT_TRUE(
      holds(message_of([&] { Trainer(model, {.loss = cross_entropy}).fit(clouds(8), quiet({})); }),
            "the weights of '2.weight' are not finite from the start"));
}

TEST(Trainer, ADivergingLossHintsAtTheLearningRate) {
  nn::Sequential model = net(1);
  const Loss growing([](const Tensor& output, const Tensor&) { return sum(output * output); });
  const std::string said = message_of([&] {
    Trainer(model, {.loss = growing, .optimizer = optim::sgd({.lr = 1e6})})
        .fit(clouds(40), quiet({.batch_size = 8}));
  });
  EXPECT_TRUE(holds(said, "the loss is ")) << said;
  EXPECT_TRUE(holds(said, "try a smaller learning rate or clip_norm")) << said;
  EXPECT_FALSE(holds(said, "normalise")) << said;
}

TEST(Trainer, ALossOfLargeValuesHintsAtNormalising) {
  const data::Dataset data =
      data::from_tensors(Tensor::from(std::vector<double>{1e25, 2e25}, {2, 1}),
                         Tensor::from(std::vector<float>{0, 1}, {2, 1}));
  nn::Sequential model(nn::Linear(1, 1));
  const std::string said =
      message_of([&] { Trainer(model, {.loss = mse_loss}).fit(data, quiet({})); });
  EXPECT_TRUE(holds(said,
                    "so it begins in the loss; the samples hold values up to 2e+25; "
                    "normalise them (data.normalize = \"auto\")"))
      << said;
}

TEST(Trainer, ATestLossThatIsNotFiniteHasACause) {
  nn::Sequential model(nn::Linear(1, 1));
  const auto said = [&](double x, double y) {
    const data::Dataset data =
        data::from_tensors(Tensor::from(std::vector<double>{0, x}, {2, 1}),
                           Tensor::from(std::vector<double>{0, y}, {2, 1}), {.name = "t.csv"});
    return message_of([&] { test_model(model, mse_loss, data); });
  };
  EXPECT_EQ(said(1, 1), "no error");
  EXPECT_TRUE(holds(said(1, 2e25),
                    "t.csv: the loss of samples 0 to 1 is not finite: the model gives "
                    "numbers up to "))
      << said(1, 2e25);
  EXPECT_TRUE(holds(said(1, 2e25), "where the targets are up to 2e+25")) << said(1, 2e25);
  {
    NoGrad off;
    model.parameters()[0].copy_(full({1, 1}, 10));
  }
  EXPECT_TRUE(holds(said(3e38, 1),
                    "t.csv: what the model gives for samples 0 to 1 is not finite: "
                    "its weights are up to 10, the values that it is given up to 3e+38"))
      << said(3e38, 1);
}

}  // namespace
}  // namespace hebb
