// Several models that are trained by turns: the same as by hand, in checkpoints, and what is
// refused.

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "hebb/autograd/no_grad.h"
#include "hebb/data/loader.h"
#include "hebb/tasks/adversarial.h"
#include "hebb/train/train_step.h"
#include "support/message_of.h"
#include "train/clouds.h"

namespace hebb {
namespace {

struct Gan : nn::Module {
  nn::Sequential generator{nn::Linear(3, 8), nn::ReLU(), nn::Linear(8, 2)},
      discriminator{nn::Linear(2, 8), nn::ReLU(), nn::Dropout(0.2), nn::Linear(8, 1)};
  HEBB_FIELDS(generator, discriminator)
};

Gan gan() {
  manual_seed(3);
  return {};
}

std::vector<Turn> turns_of(Gan& model, double lr = 0.01) {
  return adversarial_turns(model.generator, model.discriminator,
                           {.noise = {3},
                            .generator_optimizer = optim::adam({.lr = lr}),
                            .discriminator_optimizer = optim::sgd({.lr = lr})});
}

TEST(Turns, AreTheExplicitLoop) {
  const data::Dataset data = clouds(50);
  Gan by_hand = gan();
  optim::Adam adam(by_hand.generator.parameters(), {.lr = 0.01});
  optim::SGD sgd(by_hand.discriminator.parameters(), {.lr = 0.01});
  data::Loader loader(data, {.batch_size = 8, .shuffle = true, .seed = 9});
  const auto judged = [&](const Tensor& x, double target) {
    const Tensor logits = by_hand.discriminator(x);
    return binary_cross_entropy_with_logits(logits, full(logits.shape(), target));
  };
  for (int epoch = 0; epoch < 2; ++epoch)
    for (auto [x, y] : loader) {
      by_hand.zero_grad();
      const Tensor made = by_hand.generator(randn({x.size(0), 3})).detach();
      const Tensor of_real = judged(x, 1), of_made = judged(made, 0);
      ((of_real + of_made) / 2).backward();
      sgd.step();
      by_hand.zero_grad();
      judged(by_hand.generator(randn({x.size(0), 3})), 1).backward();
      adam.step();
    }
  Gan by_fit = gan();
  Trainer trainer(by_fit, {.turns = turns_of(by_fit)});
  const std::vector<EpochLog> history =
      trainer.fit(data, quiet({.epochs = 2, .batch_size = 8, .seed = 9}));
  EXPECT_EQ(weights(by_hand), weights(by_fit));
  ASSERT_EQ(history.back().values.size(), 3u);
  const double of_discriminator = *find_value(history.back().values, "discriminator_loss"),
               of_generator = *find_value(history.back().values, "generator_loss");
  EXPECT_NEAR(of_discriminator, std::log(2), 0.2);
  EXPECT_EQ(*find_value(history.back().values, "loss"), of_discriminator + of_generator);
  EXPECT_EQ(history.back().steps, 14);
}

TEST(Turns, GoOnFromAnyCheckpointInTheSameBits) {
  std::vector<Checkpoint> saved;
  Gan whole = gan();
  FitOptions options = quiet({.epochs = 2, .batch_size = 8, .validation = 0.2});
  options.checkpoint.every_steps = 1;
  options.save_checkpoint = [&](const Checkpoint& given) {
    saved.push_back(given);
    for (auto& [name, tensor] : saved.back().tensors)
      tensor = tensor.detach().clone();
  };
  const std::vector<EpochLog> history =
      Trainer(whole, {.turns = turns_of(whole)}).fit(clouds(50), options);
  ASSERT_EQ(saved.size(), 10u);
  const auto holds_name = [&](const std::string& wanted) {
    for (const auto& [name, tensor] : saved[0].tensors)
      if (name == wanted)
        return true;
    return false;
  };
  EXPECT_TRUE(holds_name("model.generator.0.weight"));
  EXPECT_TRUE(holds_name("model.discriminator.3.bias"));
  EXPECT_TRUE(holds_name("optimizer.generator.exp_avg.0"));
  EXPECT_TRUE(holds_name("optimizer.discriminator.step"));
  options.save_checkpoint = {};
  for (const Checkpoint& from : saved) {
    Gan again = gan();
    options.resume = from;
    const std::vector<EpochLog> rest =
        Trainer(again, {.turns = turns_of(again)}).fit(clouds(50), options);
    EXPECT_EQ(weights(again), weights(whole)) << from.step;
    EXPECT_EQ(rest.back().values, history.back().values) << from.step;
  }
  EXPECT_TRUE(find_value(history.back().values, "val_generator_loss"));
}

TEST(Turns, AnEvaluationChangesNothing) {
  std::vector<std::vector<double>> ends;
  for (const bool measured : {false, true}) {
    Gan model = gan();
    Trainer trainer(model, {.turns = turns_of(model)});
    FitOptions options = quiet({.epochs = 3, .batch_size = 8});
    if (measured)
      options.validation_data = clouds(12);
    trainer.fit(clouds(40), options);
    ends.push_back(weights(model));
    EXPECT_EQ(trainer.evaluate(clouds(12), 5).values, trainer.evaluate(clouds(12), 5).values);
  }
  EXPECT_EQ(ends[0], ends[1]);
}

TEST(Turns, TrainTheirPartAlone) {
  Gan model = gan();
  const std::vector<double> before = weights(model.generator);
  std::vector<Turn> turns = turns_of(model);
  turns.resize(1);  // the discriminator's
  model.generator.requires_grad_(false);
  Trainer trainer(model, {.turns = turns});
  trainer.fit(clouds(20), quiet({.epochs = 1}));
  EXPECT_EQ(weights(model.generator), before);
  for (const Tensor& param : model.generator.parameters())
    EXPECT_FALSE(param.grad().defined());
}

TEST(Turns, Refusals) {
  Gan model = gan();
  const auto refused = [&](TrainerOptions options) {
    return message_of([&] { Trainer(model, options); });
  };
  EXPECT_TRUE(holds(refused({.loss = cross_entropy, .turns = turns_of(model)}),
                    "turns: have losses of their own"));
  EXPECT_TRUE(holds(refused({.metrics = {metrics::accuracy()}, .turns = turns_of(model)}),
                    "metrics: are measured of a single model's outputs"));
  EXPECT_TRUE(holds(refused({.accumulate = 2, .turns = turns_of(model)}),
                    "accumulate: is 2, but models that take turns make a step of every batch"));
  std::vector<Turn> turns = turns_of(model);
  turns[1].part = "critic";
  EXPECT_TRUE(holds(refused({.turns = turns}), "turns: the model has no part 'critic'"));
  turns[1].part = "discriminator";
  EXPECT_TRUE(holds(refused({.turns = turns}), "'discriminator' is there twice"));
}

TEST(Turns, ALossThatIsNotFiniteNamesItsTurn) {
  Gan model = gan();
  {
    NoGrad off;
    model.generator.parameters()[0].fill_(Tensor(3e38));
  }
  Trainer trainer(model, {.turns = turns_of(model)});
  const std::string said = message_of([&] { trainer.fit(clouds(8), quiet({})); });
  EXPECT_TRUE(holds(said, "the loss of the discriminator is ")) << said;
  EXPECT_TRUE(holds(said, "generator.")) << said;
}

// ---- a step by itself ----

TEST(TrainStep, WritesNothingWhereTheLossIsNotFinite) {
  nn::Sequential model = net();
  double factor = 1;
  const auto forward = [&](const TensorDict& inputs, const TensorDict& targets) {
    TrainStep::Computed out;
    out.outputs = {{"output", model(inputs["x"])}};
    out.loss = {cross_entropy(out.outputs["output"], targets["y"]) * factor, 4};
    return out;
  };
  TrainStep step(forward,
                 optim::sgd({.lr = 0.5})({optim::ParamGroup{.params = model.parameters()}}),
                 {.clip_norm = 1});
  const TensorDict inputs{{"x", ones({4, 2})}},
      targets{{"y", Tensor::from(std::vector<int64_t>{0, 1, 1, 1}, {4})}};
  const std::vector<double> before = weights(model);
  step.begin(8);
  EXPECT_TRUE(step.add(inputs, targets, 4));
  factor = nan;
  EXPECT_FALSE(step.add(inputs, targets, 4));
  EXPECT_TRUE(std::isnan(step.batch_loss()));
  EXPECT_THROW(step.take(0.5), std::logic_error);
  EXPECT_EQ(weights(model), before);
  factor = 1;
  step.begin(4);
  EXPECT_TRUE(step.add(inputs, targets, 4));
  step.take(0.5);
  EXPECT_NE(weights(model), before);
  EXPECT_EQ(step.take_outputs().names(), (std::vector<std::string>{"output"}));
}

}  // namespace
}  // namespace hebb
