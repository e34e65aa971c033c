// Learning rates that follow a measure, and averages of weights, in a Trainer: what is validated
// and left behind, and that a resumed training ends in the same bits.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/optim/plateau.h"
#include "hebb/train/average_weights.h"
#include "hebb/train/early_stopping.h"
#include "support/message_of.h"
#include "train/clouds.h"

namespace hebb {
namespace {

// val_loss as it is written, and the learning rate of each epoch.
struct WrittenLoss : Callback {
  explicit WrittenLoss(std::vector<double> v) : values(std::move(v)) {}
  void batch_end(TrainState& state) override {
    if (state.batch == 1)
      rates.push_back(state.optimizer.lr());
  }
  void epoch_end(TrainState&, EpochLog& log) override {
    for (auto& [name, value] : log.values)
      if (name == "val_loss")
        value = values[size_t(log.epoch - 1)];
  }
  std::vector<double> values, rates;
};

TEST(Plateau, TheTrainerLowersTheLearningRate) {
  nn::Sequential model = net();
  const auto script = std::make_shared<WrittenLoss>(std::vector<double>{3, 2, 2, 2, 1, 1, 1, 1});
  Trainer trainer(model, {.loss = cross_entropy,
                          .optimizer = optim::sgd({.lr = 0.5}),
                          .schedule = optim::reduce_on_plateau({.factor = 0.5, .patience = 1}),
                          .callbacks = {script}});
  trainer.fit(clouds(20), quiet({.epochs = 8, .batch_size = 8, .validation_data = clouds(10)}));
  EXPECT_EQ(script->rates, (std::vector<double>{0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125}));
}

TEST(Plateau, AMeasureThatIsNotThereIsNamed) {
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy, .schedule = optim::reduce_on_plateau()});
  EXPECT_NE(message_of([&] {
              trainer.fit(clouds(20), quiet({.epochs = 3, .batch_size = 8}));
            }).find("val_loss"),
            std::string::npos);
}

// The weights after training that was stopped in its middle and gone on with, or was not.
template <class Options>
std::vector<double> trained(const Options& trainer_options, bool stopped) {
  FitOptions options = quiet({.epochs = 4, .batch_size = 8, .validation_data = clouds(10)});
  if (stopped) {
    options.checkpoint.every_steps = 7;  // of 20
    std::optional<Checkpoint> middle;
    options.save_checkpoint = [&](const Checkpoint& c) {
      if (c.step != 7)
        return;
      middle = c;
      for (auto& [name, tensor] : middle->tensors)
        tensor = tensor.clone();
    };
    nn::Sequential first = net();
    Trainer(first, trainer_options()).fit(clouds(40), options);
    options.save_checkpoint = {};
    options.resume = middle;
  }
  nn::Sequential model = net();
  Trainer(model, trainer_options()).fit(clouds(40), options);
  return weights(model);
}

TEST(AverageWeights, AResumedTrainingEndsInTheSameBits) {
  for (optim::AverageKind kind : {optim::AverageKind::ema, optim::AverageKind::swa}) {
    const auto options = [kind] {
      return TrainerOptions{.loss = cross_entropy,
                            .schedule = optim::reduce_on_plateau({.patience = 0}),
                            .callbacks = {std::make_shared<AverageWeights>(AverageWeightsOptions{
                                .average = {.kind = kind, .decay = 0.8}, .start = 1})}};
    };
    EXPECT_EQ(trained(options, false), trained(options, true));
  }
}

// Also where the optimiser has no momentum but that of its schedule.
TEST(CycledMomentum, AResumedTrainingEndsInTheSameBits) {
  const auto with = [](optim::Schedule schedule) {
    return [schedule] {
      return TrainerOptions{
          .loss = cross_entropy, .optimizer = optim::sgd({.lr = 0.1}), .schedule = schedule};
    };
  };
  const auto cycled = with(optim::one_cycle());
  EXPECT_EQ(trained(cycled, false), trained(cycled, true));
  EXPECT_NE(trained(cycled, false),
            trained(with(optim::one_cycle({.cycle_momentum = false})), false));
  nn::Sequential model = net();
  EXPECT_NE(message_of([&] {
              Trainer(model, {.loss = cross_entropy,
                              .optimizer = optim::adagrad(),
                              .schedule = optim::one_cycle()});
            }).find("cycle_momentum=false"),
            std::string::npos);
}

struct NoteWeights : Callback {
  void batch_end(TrainState& state) override { steps.push_back(weights(state.model)); }
  void epoch_end(TrainState& state, EpochLog&) override {
    validated.push_back(weights(state.model));
  }
  std::vector<std::vector<double>> steps, validated;
};

TEST(AverageWeights, ExponentialIsWhatIsValidatedAndLeft) {
  nn::Sequential model = net();
  const auto note = std::make_shared<NoteWeights>();
  const auto average =
      std::make_shared<AverageWeights>(AverageWeightsOptions{.average = {.decay = 0.75}});
  Trainer(model, {.loss = cross_entropy, .callbacks = {average, note}})
      .fit(clouds(24), quiet({.epochs = 2, .batch_size = 8, .validation_data = clouds(10)}));
  ASSERT_EQ(note->steps.size(), 6u);
  std::vector<double> expected = note->steps[0];
  for (size_t step = 1; step < 6; ++step) {
    for (size_t i = 0; i < expected.size(); ++i)
      expected[i] += 0.25 * (note->steps[step][i] - expected[i]);
    for (size_t i = 0; step == 2 && i < expected.size(); ++i)
      EXPECT_NEAR(note->validated[0][i], expected[i], 1e-6);
  }
  EXPECT_EQ(note->validated[1], weights(model));
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(note->validated[1][i], expected[i], 1e-6);
}

TEST(AverageWeights, PlainIsTheMeanOfEpochs) {
  nn::Sequential model = net();
  const auto note = std::make_shared<NoteWeights>();
  const auto average = std::make_shared<AverageWeights>(
      AverageWeightsOptions{.average = {.kind = optim::AverageKind::swa}, .start = 1});
  Trainer(model, {.loss = cross_entropy, .callbacks = {average, note}})
      .fit(clouds(16), quiet({.epochs = 3, .batch_size = 8, .validation_data = clouds(10)}));
  EXPECT_EQ(note->validated[0], note->steps[1]);  // it has not begun
  const auto result = weights(model);
  for (size_t i = 0; i < result.size(); ++i)
    EXPECT_NEAR(result[i], (note->steps[3][i] + note->steps[5][i]) / 2, 1e-6);
}

TEST(AverageWeights, TheBestEpochsAreAverages) {
  nn::Sequential model = net();
  const auto average =
      std::make_shared<AverageWeights>(AverageWeightsOptions{.average = {.decay = 0.9}});
  const auto script = std::make_shared<WrittenLoss>(std::vector<double>{3, 1, 2});
  const auto note = std::make_shared<NoteWeights>();
  const auto stopping = std::make_shared<EarlyStopping>(EarlyStoppingOptions{.patience = 5});
  Trainer(model, {.loss = cross_entropy, .callbacks = {average, script, note, stopping}})
      .fit(clouds(16), quiet({.epochs = 3, .batch_size = 8, .validation_data = clouds(10)}));
  EXPECT_EQ(weights(model), note->validated[1]);
  EXPECT_NE(note->validated[1], note->steps[3]);
  EXPECT_NE(message_of([] { AverageWeights({.start = -1}); }).find("at least 0"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
