// Trainer: the same numbers as an explicit loop; when it stops, what it saves, in which order it
// tells its callbacks; what it refuses.

#include "hebb/train/trainer.h"

#include <gtest/gtest.h>
#include <algorithm>

#include <cmath>
#include <csignal>
#include <limits>
#include <sstream>
#include <utility>

#include "hebb/autograd/no_grad.h"
#include "hebb/data/loader.h"
#include "hebb/data/tensors.h"
#include "hebb/hebb.h"
#include "hebb/nn/eval_scope.h"
#include "hebb/train/early_stopping.h"
#include "hebb/train/evaluation.h"
#include "support/message_of.h"
#include "train/clouds.h"

namespace hebb {
namespace {

// Calls what it is given at the end of each epoch.
struct AtEpochEnd : Callback {
  explicit AtEpochEnd(std::function<void(TrainState&, EpochLog&)> f) : call(std::move(f)) {}
  void epoch_end(TrainState& state, EpochLog& log) override { call(state, log); }
  std::function<void(TrainState&, EpochLog&)> call;
};

// ---- the same as by hand ----

TEST(Trainer, FitIsTheExplicitLoopWithAccumulationAndClipping) {
  const data::Dataset data = clouds(50);
  nn::Sequential by_hand = net();
  optim::SGD sgd(by_hand.parameters(), {.lr = 0.5});
  data::Loader loader(
      data,
      {.batch_size = 8, .shuffle = true, .seed = 9});  // 7 batches: steps of 24, 24 and 2 samples
  for (int epoch = 0; epoch < 2; ++epoch) {
    int64_t batch = 0;
    for (auto [x, y] : loader) {
      if (batch % 3 == 0)
        sgd.zero_grad();
      const Tensor loss = cross_entropy(by_hand(x), y);
      (batch < 6 ? loss / 3 : loss).backward();
      if (++batch % 3 != 0 && batch != 7)
        continue;
      optim::clip_grad_norm_(sgd.parameters(), 0.05);
      sgd.step();
    }
  }
  nn::Sequential by_fit = net();
  Trainer trainer(by_fit, {.loss = cross_entropy,
                           .optimizer = optim::sgd({.lr = 0.5}),
                           .clip_norm = 0.05,
                           .accumulate = 3});
  const std::vector<EpochLog> history =
      trainer.fit(data, quiet({.epochs = 2, .batch_size = 8, .seed = 9}));
  EXPECT_EQ(weights(by_hand), weights(by_fit));
  EXPECT_EQ(history.back().steps, 6);
  EXPECT_FALSE(by_fit.is_training());
}

// What callbacks are told of each step.
struct StepLosses : Callback {
  void batch_end(TrainState& state) override {
    if (std::exchange(step, state.step) != state.step)
      losses.push_back(state.loss);
  }
  int64_t step = 0;
  std::vector<double> losses;
};

TEST(Trainer, AccumulatedBatchesWeighByTheirSamples) {
  const data::Dataset data = data::from_tensors(Tensor::from(std::vector<float>{1, 1, 1}, {3, 1}),
                                                Tensor::from(std::vector<float>{0, 0, 3}, {3, 1}));
  struct Way {
    int64_t batch_size, accumulate;
  };
  for (const Way& way : {Way{3, 1}, Way{2, 2}, Way{1, 3}, Way{2, 5}, Way{1, 4}}) {
    nn::Sequential model(nn::Linear({.in = 1, .out = 1, .bias = false}));
    {
      NoGrad off;
      model.parameters()[0].zero_();
    }
    const auto seen = std::make_shared<StepLosses>();
    Trainer trainer(model, {.loss = mse_loss,
                            .optimizer = optim::sgd({.lr = 0.5}),
                            .accumulate = way.accumulate,
                            .callbacks = {seen}});
    const std::vector<EpochLog> history =
        trainer.fit(data, quiet({.epochs = 1, .batch_size = way.batch_size}));
    SCOPED_TRACE(way.batch_size);
    EXPECT_NEAR(weights(model)[0], 1, 1e-6);
    ASSERT_EQ(seen->losses.size(), 1u);
    EXPECT_DOUBLE_EQ(seen->losses[0], 3);
    EXPECT_DOUBLE_EQ(*find_value(history[0].values, "loss"), 3);
  }
}

// Steps of 2 and 2 batches, the last of one sample, are those of batches of 4 and 3; clipped too.
TEST(Trainer, TheLastAccumulationIsThatOfOneBatch) {
  const data::Dataset data = clouds(7);
  std::vector<std::vector<double>> ends, losses;
  for (const int64_t accumulate : {1, 2}) {
    nn::Sequential model = net();
    const auto seen = std::make_shared<StepLosses>();
    Trainer trainer(model, {.loss = cross_entropy,
                            .optimizer = optim::sgd({.lr = 0.5}),
                            .clip_norm = 0.3,
                            .accumulate = accumulate,
                            .callbacks = {seen}});
    trainer.fit(data, quiet({.epochs = 2, .batch_size = 4 / accumulate, .seed = 9}));
    ends.push_back(weights(model));
    losses.push_back(seen->losses);
  }
  ASSERT_EQ(losses[0].size(), 4u);
  ASSERT_EQ(losses[1].size(), 4u);
  for (size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(losses[1][i], losses[0][i], 1e-6);
  for (size_t i = 0; i < ends[0].size(); ++i)
    EXPECT_NEAR(ends[1][i], ends[0][i], 1e-6);
}

TEST(Trainer, ACheckpointOfNaNIsRefused) {
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy});
  std::optional<Checkpoint> saved;
  FitOptions fit = quiet({.epochs = 1});
  fit.save_checkpoint = [&](const Checkpoint& checkpoint) { saved = checkpoint; };
  trainer.fit(clouds(20), fit);
  for (auto& [name, tensor] : saved->tensors) {
    tensor = tensor.detach().clone();
    if (name == "model.2.bias")
      tensor.fill_(Tensor(nan));
  }
  FitOptions again = quiet({.epochs = 2});
  again.resume = saved;
  EXPECT_TRUE(holds(message_of([&] { trainer.fit(clouds(20), again); }),
                    "the checkpoint: the weights of '2.bias' are not finite"));
}

TEST(Trainer, EvaluateAndPredictAreTheForwardPass) {
  const data::Dataset data = clouds(23);
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy, .metrics = {metrics::accuracy()}});
  const Evaluation seen = trainer.evaluate(data, 4);
  EXPECT_EQ(seen.samples, 23);
  const Tensor outputs = trainer.predict(data, 4);
  double loss = 0;
  int64_t right = 0, at = 0;
  NoGrad off;
  for (auto [x, y] : data::Loader(data, {.batch_size = 23})) {
    loss = cross_entropy(model(x), y).item();
    EXPECT_EQ(trainer.predict(x).to_vector<double>(), outputs.to_vector<double>());
    const std::vector<double> out = outputs.to_vector<double>();
    for (int64_t label : y.to_vector<int64_t>())
      right += (out[size_t(2 * at + 1)] > out[size_t(2 * at)]) == (label == 1), ++at;
  }
  EXPECT_NEAR(seen.loss, loss, 1e-6);
  EXPECT_DOUBLE_EQ(seen.values[0].second, double(right) / 23);
  std::ostringstream text;
  text << seen;
  EXPECT_TRUE(holds(text.str(), "23 samples - loss: ")) << text.str();
}

// ---- what outputs are ----

TEST(Trainer, MetricsKnowWhatTheLossSaysOutputsAre) {
  // Outputs 0.2, 0.4, 0.6, 0.9 for the classes 0, 0, 1, 1: as probabilities and as numbers all are
  // right, as logits half of them.
  const data::Dataset data =
      data::from_tensors(Tensor::from(std::vector<float>{0.2f, 0.4f, 0.6f, 0.9f}, {4, 1}),
                         Tensor::from(std::vector<int64_t>{0, 0, 1, 1}, {4}));
  nn::Sequential model{nn::Linear(1, 1)};
  {
    NoGrad off;
    for (Tensor& p : model.parameters())
      p.copy_(full(p.shape(), p.dim() == 2 ? 1.0 : 0.0));
  }
  const auto numbers = [](Tensor (*f)(const Tensor&, const Tensor&)) {
    return Loss(
        [f](const Tensor& a, const Tensor& y) { return f(a, y.to(f32).reshape(a.shape())); },
        Loss(f).outputs());
  };
  const auto accuracy = [&](const Loss& loss) {
    return Trainer(model, {.loss = loss, .metrics = {metrics::accuracy(), metrics::roc_auc()}})
        .evaluate(data)
        .values;
  };
  EXPECT_EQ(accuracy(numbers(binary_cross_entropy))[0].second, 1);
  EXPECT_EQ(accuracy(numbers(binary_cross_entropy))[1].second, 1);
  EXPECT_EQ(accuracy(numbers(mse_loss))[0].second, 1);
  EXPECT_EQ(accuracy(numbers(huber_loss))[0].second, 1);
  EXPECT_EQ(accuracy(numbers(binary_cross_entropy_with_logits))[0].second, 0.5);

  const auto brier = Trainer(model, {.loss = numbers(binary_cross_entropy),
                                     .metrics = {metrics::mean_squared_error()}})
                         .evaluate(data)
                         .values;
  EXPECT_NEAR(brier[0].second, (0.04 + 0.16 + 0.16 + 0.01) / 4,
              1e-6);  // of the probabilities themselves

  const data::Dataset regression =
      data::from_tensors(Tensor::from(std::vector<float>{0.25f, 4}, {2, 1}),
                         Tensor::from(std::vector<float>{1.25f, 4}, {2, 1}));
  EXPECT_EQ(Trainer(model, {.loss = mse_loss, .metrics = {metrics::mean_absolute_error()}})
                .evaluate(regression)
                .values[0]
                .second,
            0.5);
}

// ---- predictions that do not fit ----

struct Grows : nn::Module {  // rows get longer with every batch
  nn::Linear layer{1, 1};    // something to train
  int64_t size = 1;
  HEBB_FIELDS(layer)
  Tensor forward(const Tensor& x) { return zeros({x.size(0), size++}); }
};
struct TooManyRows : nn::Module {
  nn::Linear layer{1, 1};
  HEBB_FIELDS(layer)
  Tensor forward(const Tensor& x) { return zeros({x.size(0) * 2, 1}); }
};

TEST(Trainer, NothingIsNotEvaluated) {
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy});
  EXPECT_EQ(message_of([&] { trainer.evaluate(clouds(4).subset({})); }),
            "evaluate: there are no samples");
  EXPECT_EQ(message_of([&] { trainer.predict(clouds(4).subset({})); }),
            "predict: there are no samples");
}

TEST(Trainer, PredictRefusesRowsThatDoNotFit) {
  const Loss none([](const Tensor&, const Tensor&) { return zeros({}); });
  Grows grows;
  TooManyRows many;
  EXPECT_TRUE(holds(message_of([&] { Trainer(grows, {.loss = none}).predict(clouds(10), 4); }),
                    "should have the same size"));
  EXPECT_TRUE(holds(message_of([&] { Trainer(many, {.loss = none}).predict(clouds(10), 4); }),
                    "a row for each sample"));
}

// ---- what batches weigh ----

const Loss& weighted_loss() {  // class 1 counts thrice
  static const Loss loss = class_loss({}, Tensor::from(std::vector<float>{1, 3}, {2}));
  return loss;
}

// Of every class as many as there are in no two batches of four.
data::Dataset uneven() {
  const Tensor x = Tensor::from(std::vector<float>{0.1f, 0.9f, -0.3f, 0.4f, 0.8f, -0.2f, 0.6f, 0.5f,
                                                   -0.7f, 0.2f, 0.3f, -0.9f},
                                {12, 1});
  return data::from_tensors(
      x, Tensor::from(std::vector<int64_t>{0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, {12}));
}

TEST(Trainer, AccumulatedBatchesWeighByTheirLoss) {
  const auto trained = [](int64_t batch_size, int64_t accumulate) {
    manual_seed(5);
    nn::Sequential model(nn::Linear(1, 2));
    Trainer trainer(
        model,
        {.loss = weighted_loss(), .optimizer = optim::sgd({.lr = 0.5}), .accumulate = accumulate});
    const std::vector<EpochLog> history =
        trainer.fit(uneven(), quiet({.epochs = 3, .batch_size = batch_size}));
    std::vector<double> out = weights(model);
    for (const EpochLog& log : history)
      out.push_back(find_value(log.values, "loss").value());
    return out;
  };
  const std::vector<double> whole = trained(12, 1), parts = trained(5, 3);
  ASSERT_EQ(whole.size(), parts.size());
  for (size_t i = 0; i < whole.size(); ++i)
    EXPECT_NEAR(parts[i], whole[i], 1e-6) << i;
}

TEST(Trainer, NoCutIntoBatchesChangesAnEvaluation) {
  nn::Sequential model(nn::Linear(1, 2));
  Trainer trainer(model, {.loss = weighted_loss()});
  const double whole = trainer.evaluate(uneven(), 12).loss;
  for (const int64_t size : {1, 4, 5, 7})
    EXPECT_NEAR(trainer.evaluate(uneven(), size).loss, whole, 1e-6) << size;
  EXPECT_NEAR(test_model(model, weighted_loss(), uneven()).metrics.at(0).second, whole, 1e-6);
}

TEST(Trainer, ABatchWithoutATargetThatCountsChangesNothing) {
  manual_seed(5);
  nn::Sequential model(nn::Linear(1, 2));
  const std::vector<double> before = weights(model);
  const data::Dataset ignored =
      data::from_tensors(ones({4, 1}), Tensor::from(std::vector<int64_t>{1, 1, 1, 1}, {4}),
                         {.class_names = {"a", "b"}});
  Trainer trainer(model, {.loss = class_loss({.ignore_index = 1})});
  const std::vector<EpochLog> history = trainer.fit(ignored, quiet({.epochs = 1, .batch_size = 2}));
  EXPECT_EQ(weights(model), before);
  EXPECT_TRUE(std::isnan(find_value(history.back().values, "loss").value()));
  EXPECT_TRUE(holds(message_of([&] { trainer.evaluate(ignored); }),
                    "none of the targets counts for the loss"));
}

TEST(Trainer, AStepWhoseLossIsNotFiniteWritesNothing) {
  nn::Sequential model = net();
  std::vector<double> before;
  int calls = 0;
  const Loss bad([&](const Tensor& output, const Tensor& target) {
    const Tensor loss = cross_entropy(output, target);
    if (++calls < 4)
      return loss;
    if (calls == 4)  // the second batch of the second step; stop_at_nan asks no more
      before = weights(model);
    return loss * nan;
  });
  const std::string said = message_of([&] {
    Trainer(model, {.loss = bad, .accumulate = 2}).fit(clouds(40), quiet({.batch_size = 8}));
  });
  EXPECT_TRUE(holds(said, "the loss is nan at step 2 (epoch 1)")) << said;
  ASSERT_FALSE(before.empty());
  EXPECT_EQ(weights(model), before);
}

// ---- when training ends ----

TEST(Trainer, StopsAfterMaxSteps) {
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy});
  const std::vector<EpochLog> history =
      trainer.fit(clouds(40), quiet({.epochs = 100, .batch_size = 8, .max_steps = 7}));
  EXPECT_EQ(history.size(), 2u);
  EXPECT_EQ(history.back().steps, 7);
}

TEST(Trainer, StopsAfterMaxTime) {
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy});
  const std::vector<EpochLog> history =
      trainer.fit(clouds(40), quiet({.epochs = 100'000'000, .batch_size = 8, .max_seconds = 0.05}));
  EXPECT_LT(history.size(), 1'000'000u);
}

TEST(Trainer, ResumedAfterItsLastStepItKnowsWhyItStopped) {
  std::vector<Checkpoint> saved;
  nn::Sequential whole = net();
  const auto note = std::make_shared<NoteStop>();
  FitOptions options = quiet({.epochs = 5, .batch_size = 8, .max_steps = 7});
  options.checkpoint.every_steps = 7;
  options.save_checkpoint = [&](const Checkpoint& c) { saved.push_back(c); };
  const std::vector<EpochLog> history =
      Trainer(whole, {.loss = cross_entropy, .callbacks = {note}}).fit(clouds(40), options);
  const std::string reason = note->reason;
  EXPECT_TRUE(holds(reason, "max_steps"));
  ASSERT_EQ(saved.size(), 2u);  // within its epoch, and at the end
  for (const Checkpoint& from : saved) {
    nn::Sequential again = net();
    options.resume = from;
    options.save_checkpoint = {};
    const std::vector<EpochLog> rest =
        Trainer(again, {.loss = cross_entropy, .callbacks = {note}}).fit(clouds(40), options);
    EXPECT_EQ(note->reason, reason);
    EXPECT_EQ(weights(again), weights(whole));
    ASSERT_EQ(rest.size(), history.size());
    EXPECT_EQ(rest.back().values, history.back().values);
  }
}

struct StopAtStep : Callback {  // and knows nothing of it in a checkpoint
  explicit StopAtStep(int64_t step) : step(step) {}
  void batch_end(TrainState& state) override {
    if (state.step == step)
      state.stop_reason = "it was enough";
  }
  int64_t step;
};

TEST(Trainer, WhatACallbackStoppedStaysStopped) {
  std::vector<Checkpoint> saved;
  nn::Sequential whole = net();
  const auto note = std::make_shared<NoteStop>();
  const TrainerOptions setup{.loss = cross_entropy,
                             .callbacks = {std::make_shared<StopAtStep>(7), note}};
  FitOptions options =
      quiet({.epochs = 5, .batch_size = 8, .max_steps = 7});  // the callback was first
  options.checkpoint.every_steps = 7;
  options.save_checkpoint = [&](const Checkpoint& c) { saved.push_back(c); };
  Trainer(whole, setup).fit(clouds(40), options);
  EXPECT_EQ(note->reason, "it was enough");
  ASSERT_EQ(saved.size(), 2u);  // within its epoch, and at the end
  options.save_checkpoint = {};
  options.max_steps = 0;
  for (const Checkpoint& from : saved) {
    nn::Sequential again = net();
    options.resume = from;
    const std::vector<EpochLog> rest = Trainer(again, setup).fit(clouds(40), options);
    EXPECT_EQ(note->reason, "it was enough");
    EXPECT_EQ(rest.back().steps, 7);
    EXPECT_EQ(weights(again), weights(whole));
  }
  nn::Sequential again = net();
  options.resume = saved.back();
  options.resume->stop_reason.clear();
  EXPECT_EQ(Trainer(again, setup).fit(clouds(40), options).size(), 5u);
  EXPECT_EQ(note->reason, "");
}

TEST(Trainer, EvaluatesAsTestModelDoes) {
  nn::Sequential model = net();
  const data::Dataset data = clouds(300);  // more than a batch
  const Evaluation seen =
      Trainer(model, {.loss = cross_entropy, .metrics = {metrics::accuracy()}}).evaluate(data);
  const TestResult tested = test_model(model, cross_entropy, data);
  EXPECT_EQ(tested.metrics.at(0).second, seen.loss);
  EXPECT_EQ(tested.metrics.at(1), seen.values.at(0));
}

TEST(Trainer, TestModelNamesClassesInItsWarnings) {
  nn::Sequential model(nn::Linear(1, 2));
  const data::Dataset data =
      data::from_tensors(ones({3, 1}), Tensor::from(std::vector<int64_t>{0, 0, 0}, {3}),
                         {.class_names = {"ham", "spam"}});
  EXPECT_NE(std::ranges::count(test_model(model, cross_entropy, data).warnings,
                               "roc_auc is undefined: y_true holds no sample of class spam"),
            0);
}

TEST(Trainer, ALimitOfStepsMayBeRaised) {
  std::vector<Checkpoint> saved;
  nn::Sequential model = net();
  FitOptions options = quiet({.epochs = 5, .batch_size = 8, .max_steps = 5});
  options.save_checkpoint = [&](const Checkpoint& c) { saved.push_back(c); };
  Trainer(model, {.loss = cross_entropy}).fit(clouds(40), options);
  options.resume = saved.back();
  options.max_steps = 9;
  EXPECT_EQ(Trainer(model, {.loss = cross_entropy}).fit(clouds(40), options).back().steps, 9);
}

TEST(Trainer, CtrlCInTheLastEpochIsNotForgotten) {
  nn::Sequential model = net();
  int saved = 0;
  const auto press = std::make_shared<AtEpochEnd>([](TrainState& state, EpochLog&) {
    if (state.epoch == state.epochs)
      std::raise(SIGINT);
  });
  FitOptions options = quiet({.epochs = 2, .batch_size = 8});
  options.save_checkpoint = [&](const Checkpoint& c) { saved += c.epoch == 2; };
  EXPECT_TRUE(holds(
      message_of([&] {
        Trainer(model, {.loss = cross_entropy, .callbacks = {press}}).fit(clouds(40), options);
      }),
      "stopped by Ctrl-C after step 10"));
  EXPECT_EQ(saved, 1);
}

// ---- callbacks ----

struct Diary : Callback {
  explicit Diary(std::string& text) : text(text) {}
  void train_begin(TrainState&) override { text += "("; }
  void epoch_begin(TrainState& s) override { text += "[" + std::to_string(s.epoch); }
  void batch_end(TrainState& s) override { text += "." + std::to_string(s.batch); }
  void epoch_end(TrainState& s, EpochLog& log) override {
    text += "]" + std::to_string(s.epoch);
    EXPECT_EQ(&log, &s.history.back());
  }
  void train_end(TrainState&) override { text += ")"; }
  std::string& text;
};

TEST(Trainer, TellsItsCallbacksInOrder) {
  nn::Sequential model = net();
  std::string text;
  const auto diary = std::make_shared<Diary>(text);
  Trainer(model, {.loss = cross_entropy, .callbacks = {diary}})
      .fit(clouds(20), quiet({.epochs = 2, .batch_size = 8}));
  EXPECT_EQ(text, "([0.1.2.3]1[1.1.2.3]2)");
  text.clear();
  Trainer(model, {.loss = cross_entropy, .callbacks = {diary}})
      .fit(clouds(20), quiet({.epochs = 1, .batch_size = 8, .drop_last = true}));
  EXPECT_EQ(text, "([0.1.2]1)");
}

TEST(Trainer, RefusesOptionsThatMeanNothing) {
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy});
  const auto said = [&](FitOptions options, const data::Dataset& data) {
    return message_of([&] { trainer.fit(data, quiet(options)); });
  };
  EXPECT_TRUE(holds(said({.epochs = 0}, clouds(4)), "epochs: is 0"));
  EXPECT_TRUE(holds(said({.batch_size = 0}, clouds(4)), "batch_size: is 0"));
  EXPECT_TRUE(holds(said({.validation = 1}, clouds(4)), "validation: is 1"));
  EXPECT_TRUE(
      holds(said({.validation = 0.01}, clouds(4)), "validation: 0.01 of 4 samples is not one"));
  EXPECT_TRUE(holds(said({.validation_data = clouds(4).subset({})}, clouds(4)),
                    "validation_data: has no samples"));
  EXPECT_TRUE(
      holds(said({.batch_size = 8, .drop_last = true}, clouds(4)), "drop_last: leaves nothing"));
  EXPECT_TRUE(holds(said({}, clouds(4).subset({})), "there are no samples"));
  EXPECT_TRUE(holds(message_of([&] { Trainer(model, {.loss = cross_entropy, .accumulate = 0}); }),
                    "accumulate"));
}

// ---- evaluation mode ----

TEST(EvalScope, EveryModuleGetsItsOwnFlagBack) {
  nn::Sequential model(nn::Linear(2, 4), nn::BatchNorm1d(4), nn::Dropout(0.5));
  model[1].module().eval();  // frozen
  Trainer trainer(model, {.loss = cross_entropy});
  trainer.evaluate(clouds(8));
  EXPECT_TRUE(model.is_training());
  EXPECT_TRUE(model[0].module().is_training());
  EXPECT_FALSE(model[1].module().is_training());
  try {
    const nn::EvalScope evaluation(model);
    EXPECT_FALSE(model[2].module().is_training());
    throw 1;
  } catch (int) {}
  EXPECT_TRUE(model[2].module().is_training());
  const std::vector<double> before =
      model[1].as<nn::BatchNorm1d>()->running_mean->tensor().to_vector<double>();
  trainer.fit(clouds(8), quiet({.epochs = 1, .validation = 0.5}));
  EXPECT_EQ(model[1].as<nn::BatchNorm1d>()->running_mean->tensor().to_vector<double>(), before);
}

TEST(Trainer, AFrozenLayerStaysFrozenInASecondFit) {
  nn::Sequential model(nn::Linear(2, 4), nn::BatchNorm1d(4), nn::Linear(4, 2), nn::BatchNorm1d(2));
  model[1].module().eval();
  const auto statistics = [&](size_t i) {
    return model[i].as<nn::BatchNorm1d>()->running_mean->tensor().to_vector<double>();
  };
  const std::vector<double> frozen = statistics(1);
  Trainer trainer(model, {.loss = cross_entropy});
  for (int i = 0; i < 2; ++i) {
    const std::vector<double> before = statistics(3);
    trainer.fit(clouds(8), quiet({.epochs = 1}));
    EXPECT_FALSE(model.is_training());
    EXPECT_EQ(statistics(1), frozen);
    EXPECT_NE(statistics(3), before);
  }
  model[1].module().train();  // thawed
  trainer.fit(clouds(8), quiet({.epochs = 1}));
  EXPECT_NE(statistics(1), frozen);
}

TEST(Trainer, ALayerThatCameLaterIsRefused) {
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy});
  model[2] = nn::Linear(8, 2);  // moved over: other parameters
  EXPECT_TRUE(holds(message_of([&] { trainer.fit(clouds(8), quiet({.epochs = 1})); }),
                    "'2.weight' is none of the parameters"));
}

TEST(Trainer, PredictsWithoutLookingAtTargets) {
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy, .metrics = {metrics::accuracy()}});
  const data::Dataset data =
      data::from_tensors(zeros({3, 2}), Tensor::from(std::vector<int64_t>{0, 7, 1}, {3}));
  EXPECT_EQ(trainer.predict(data).shape(), (Dims{3, 2}));
  EXPECT_THROW(trainer.evaluate(data), Error);
}

TEST(Trainer, AnErrorLeavesTheModelInEvaluationMode) {
  struct Fails : Callback {
    std::string name() const override { return "fails"; }
    void batch_end(TrainState&) override { throw Error(ErrorKind::invalid, "", "enough"); }
  };
  nn::Sequential model = net();
  Trainer trainer(model, {.loss = cross_entropy,
                          .optimizer = optim::adam(),
                          .callbacks = {std::make_shared<Fails>()}});
  EXPECT_THROW(trainer.fit(clouds(20), quiet({.epochs = 1})), Error);
  EXPECT_FALSE(model.is_training());
}

}  // namespace
}  // namespace hebb
