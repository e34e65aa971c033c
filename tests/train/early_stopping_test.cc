// Early stopping: when it stops, which weights it puts back, what a checkpoint holds of it.

#include <gtest/gtest.h>

#include <utility>

#include "hebb/autograd/no_grad.h"
#include "hebb/train/early_stopping.h"
#include "hebb/train/evaluation.h"
#include "support/message_of.h"
#include "train/clouds.h"

namespace hebb {
namespace {

// val_loss as it is written, whatever the model does.
struct Scripted : Callback {
  explicit Scripted(std::vector<double> v) : values(std::move(v)) {}
  void epoch_end(TrainState& state, EpochLog& log) override {
    for (auto& [name, value] : log.values)
      if (name == "val_loss")
        value = values[size_t(log.epoch - 1)];
    seen.push_back(weights(state.model));
  }
  std::vector<double> values;
  std::vector<std::vector<double>> seen;  // of every epoch
};

TEST(EarlyStopping, StopsAndPutsTheBestWeightsBack) {
  nn::Sequential model = net();
  const auto script = std::make_shared<Scripted>(std::vector<double>{3, 2, 1, 1.5, 1.25, 0.5, 0.5});
  const auto stopping = std::make_shared<EarlyStopping>(EarlyStoppingOptions{.patience = 2});
  const auto note = std::make_shared<NoteStop>();
  Trainer trainer(model, {.loss = cross_entropy, .callbacks = {script, stopping, note}});
  const FitOptions options = quiet({.epochs = 7, .batch_size = 8, .validation_data = clouds(10)});
  EXPECT_EQ(trainer.fit(clouds(20), options).size(), 5u);
  EXPECT_EQ(stopping->best_epoch(), 3);
  EXPECT_EQ(stopping->best_value(), 1);
  EXPECT_EQ(weights(model), script->seen[2]);
  EXPECT_NE(script->seen[2], script->seen[4]);
  EXPECT_EQ(note->reason, "val_loss has not got better for 2 epochs (best 1.0000 in epoch 3)");
  EXPECT_EQ(trainer.fit(clouds(20), options).size(),
            5u);  // a second training knows nothing of the first
}

TEST(Trainer, StateGoesBackToTheCallbackAndMetricOfItsName) {
  struct Counter : Callback {
    Counter(std::string name, int64_t count) : called(std::move(name)), count(count) {}
    std::string name() const override { return called; }
    StateDict state() override { return {{"count", Tensor(count)}}; }
    void load_state(const StateDict& state) override { count = state.at(0).second.item<int64_t>(); }
    std::string called;
    int64_t count;
  };
  nn::Sequential whole = net();
  const auto counter = [](const char* name, int64_t count) {
    return std::make_shared<Counter>(name, count);
  };
  FitOptions options = quiet({.epochs = 1, .batch_size = 8});
  options.checkpoint.every_steps = 3;
  std::optional<Checkpoint> middle;
  options.save_checkpoint = [&](const Checkpoint& c) {
    if (c.batch == 0)
      return;
    middle = c;
    for (auto& [name, tensor] : middle->tensors)
      tensor = tensor.clone();
  };
  const std::vector<metrics::Metric> measures = {metrics::accuracy(), metrics::f1("macro")};
  const std::vector<EpochLog> log =
      Trainer(whole, {.loss = cross_entropy,
                      .metrics = measures,
                      .callbacks = {counter("a", 1), counter("b", 2), counter("a", 3)}})
          .fit(clouds(40), options);
  ASSERT_TRUE(middle);
  options.save_checkpoint = {};
  options.resume = middle;

  nn::Sequential again = net();
  const auto a = counter("a", 0), other_a = counter("a", 0), b = counter("b", 0),
             c = counter("c", 9);
  const std::vector<EpochLog> rest = Trainer(again, {.loss = cross_entropy,
                                                     .metrics = {measures[1], measures[0]},
                                                     .callbacks = {c, b, a, other_a}})
                                         .fit(clouds(40), options);
  EXPECT_EQ((std::vector{a->count, other_a->count, b->count, c->count}),
            (std::vector<int64_t>{1, 3, 2, 9}));
  for (const std::string name : {"loss", "accuracy", "f1_macro"})
    EXPECT_EQ(find_value(rest[0].values, name), find_value(log[0].values, name)) << name;

  options.epochs = 2;  // another metric begins with the next epoch
  const std::vector<EpochLog> late =
      Trainer(again, {.loss = cross_entropy, .metrics = {metrics::recall("macro")}})
          .fit(clouds(40), options);
  EXPECT_FALSE(find_value(late[0].values, "recall_macro"));
  EXPECT_TRUE(find_value(late[1].values, "recall_macro"));
  options.epochs = 1;
  for (auto& [name, tensor] : options.resume->tensors)
    if (name == "running.loss")
      tensor = Tensor::from(std::vector<double>{1, nan}, {2});
  EXPECT_TRUE(
      holds(message_of([&] { Trainer(again, {.loss = cross_entropy}).fit(clouds(40), options); }),
            "its running loss is damaged"));
  EXPECT_TRUE(holds(message_of([&] {
                      FitOptions saving = quiet({.epochs = 1, .batch_size = 8});
                      saving.save_checkpoint = [](const Checkpoint&) {};
                      Trainer(again, {.loss = cross_entropy, .callbacks = {counter("", 1)}})
                          .fit(clouds(40), saving);
                    }),
                    "has a state() and no name()"));
}

TEST(EarlyStopping, RefusesADamagedState) {
  nn::Sequential model = net();
  const auto stopping = std::make_shared<EarlyStopping>(EarlyStoppingOptions{.patience = 3});
  stopping->load_state({{"best_epoch", Tensor::from(std::vector<int64_t>{1000000000}, {1})}});
  Trainer trainer(model, {.loss = cross_entropy, .callbacks = {stopping}});
  EXPECT_TRUE(holds(message_of([&] { trainer.fit(clouds(8), quiet({.epochs = 1})); }),
                    "its early stopping is damaged: best epoch 1000000000"));
}

TEST(EarlyStopping, KeepsTheLastWeightsWhereNoEpochWasBetter) {
  nn::Sequential model = net();
  const auto script = std::make_shared<Scripted>(std::vector<double>{nan, nan, nan});
  const auto stopping = std::make_shared<EarlyStopping>(EarlyStoppingOptions{.patience = 3});
  Trainer trainer(model, {.loss = cross_entropy, .callbacks = {script, stopping}});
  EXPECT_EQ(
      trainer.fit(clouds(20), quiet({.epochs = 3, .batch_size = 8, .validation_data = clouds(10)}))
          .size(),
      3u);
  EXPECT_EQ(stopping->best_epoch(), 0);
  EXPECT_EQ(weights(model), script->seen[2]);
}

TEST(EarlyStopping, SmallStepsAndHigherValues) {
  nn::Sequential model = net();
  const auto script = std::make_shared<Scripted>(std::vector<double>{0.5, 0.55, 0.8, 0.81, 0.82});
  const auto stopping = std::make_shared<EarlyStopping>(EarlyStoppingOptions{
      .patience = 2, .min_delta = 0.1, .higher_is_better = true, .restore_best = false});
  Trainer trainer(model, {.loss = cross_entropy, .callbacks = {script, stopping}});
  trainer.fit(clouds(20), quiet({.epochs = 5, .batch_size = 8, .validation_data = clouds(10)}));
  EXPECT_EQ(stopping->best_epoch(), 3);
  EXPECT_EQ(weights(model), script->seen[4]);
  EXPECT_TRUE(holds(message_of([] { EarlyStopping({.patience = -1}); }), "patience"));
  const auto unknown =
      std::make_shared<EarlyStopping>(EarlyStoppingOptions{.monitor = "val_accurac"});
  EXPECT_TRUE(holds(message_of([&] {
                      Trainer(model, {.loss = cross_entropy, .callbacks = {unknown}})
                          .fit(clouds(20), quiet({.epochs = 1}));
                    }),
                    "there is no 'val_accurac' to monitor; there are loss"));
}

TEST(EarlyStopping, WhatIsBetterFollowsFromTheMetric) {
  struct Scores : Callback {  // as Scripted, of any value
    std::string name;
    std::vector<double> values;
    void epoch_end(TrainState&, EpochLog& log) override {
      for (auto& [key, value] : log.values)
        if (key == name)
          return void(value = values[size_t(log.epoch - 1)]);
      log.values.emplace_back(name, values[size_t(log.epoch - 1)]);
    }
  };
  const auto best_of = [](const std::string& name, std::vector<double> values,
                          EarlyStoppingOptions options) {
    nn::Sequential model = net();
    const auto scores = std::make_shared<Scores>();
    scores->name = options.monitor = name;
    scores->values = std::move(values);
    const auto stopping = std::make_shared<EarlyStopping>(options);
    Trainer(
        model,
        {.loss = cross_entropy, .metrics = {metrics::accuracy()}, .callbacks = {scores, stopping}})
        .fit(clouds(20), quiet({.epochs = 3, .batch_size = 8, .validation_data = clouds(10)}));
    return stopping->best_epoch();
  };
  EXPECT_EQ(best_of("val_accuracy", {0.5, 0.75, 0.25}, {}), 2);
  EXPECT_EQ(best_of("loss", {0.5, 0.75, 0.25}, {}), 3);
  EXPECT_EQ(best_of("val_f1", {0.5, 0.75, 0.25}, {}), 2);
  EXPECT_EQ(best_of("val_accuracy", {0.5, 0.75, 0.25}, {.higher_is_better = false}), 3);
  EXPECT_TRUE(holds(message_of([&] {
                      best_of("val_mine", {1, 2, 3}, {});
                    }),
                    "whether a higher 'val_mine' is better is not known"));
}

}  // namespace
}  // namespace hebb
