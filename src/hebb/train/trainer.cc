#include "hebb/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <ostream>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/clock.h"
#include "hebb/nn/eval_scope.h"
#include "hebb/nn/finite.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/random_key.h"
#include "hebb/tasks/outputs.h"
#include "hebb/tensor/unrecorded_view.h"
#include "hebb/train/diverged.h"
#include "hebb/train/evaluation.h"
#include "hebb/train/inference.h"

namespace hebb {
namespace {

constexpr double large_input = 1000;  // a sample's value that is a likely cause of a large loss

// The first module, in the order of execution, whose output is not finite.
class FirstBadLayer : public nn::ForwardObserver {
 public:
  void left(nn::Module& module, const Tensor& output) override {
    if (found.empty() && !nn::all_finite(output))
      found = module.path().empty() ? module.describe()
                                    : "'" + module.path() + "' (" + module.describe() + ")";
  }
  std::string found;
};

// A module's parameters that are trained, by name; part: those of one of its fields.
std::vector<Tensor> trainable(nn::Module& model, const std::string& part = {}) {
  std::vector<Tensor> out;
  for (const auto& [name, param] : model.named_parameters())
    if (param.requires_grad() && (part.empty() || name.starts_with(part + ".")))
      out.push_back(param);
  return out;
}

bool holds(const std::vector<Tensor>& all, const Tensor& one) {
  return std::any_of(all.begin(), all.end(), [&](const Tensor& t) { return t.same(one); });
}

void check_turns(const TrainerOptions& options) {
  check_in(!options.loss.defined(), ErrorKind::usage, "turns",
           "have losses of their own; leave out either turns or the loss");
  check_in(options.metrics.empty(), ErrorKind::usage, "metrics",
           "are measured of a single model's outputs; of turns there are the losses alone");
  check_in(options.parameters.empty(), ErrorKind::usage, "parameters",
           "are rules for a single model; each turn has an optimizer of its own");
  check_in(options.accumulate == 1, ErrorKind::usage, "accumulate",
           "is {}, but models that take turns make a step of every batch; it should be 1",
           options.accumulate);
  std::set<std::string> seen;
  for (const Turn& turn : options.turns)
    check_in(!turn.part.empty() && seen.insert(turn.part).second, ErrorKind::usage, "turns",
             "each should name another part of the model, but '{}' is {}", turn.part,
             turn.part.empty() ? "empty" : "there twice");
}

}  // namespace

Trainer::Trainer(nn::Model model, TrainerOptions options)
    : model_(std::move(model)), options_(std::move(options)) {
  check_in(options_.accumulate >= 1 && options_.accumulate <= 2147483647, ErrorKind::usage,
           "accumulate", "is {}, should be from 1 to 2147483647", options_.accumulate);
  nn::name_modules(model_.module());
  trained_ = trainable(model_.module());
  make_turns();
  // An optimiser that is given a momentum has states for it, which a checkpoint holds.
  const std::optional<double> momentum =
      options_.schedule.momentum({.total_steps = 1, .total_epochs = 1});
  for (TakenTurn& turn : turns_) {
    options_.schedule.check(turn.step.base_lr());
    if (momentum)
      turn.step.optimizer().set_momentum(*momentum);
  }
}

std::vector<optim::ParamGroup> Trainer::groups() {
  if (options_.parameters.empty())
    return {optim::ParamGroup{.params = trained_}};
  std::vector<std::pair<std::string, Tensor>> named;
  for (const auto& [name, param] : model_.module().named_parameters())
    if (param.requires_grad())
      named.emplace_back(name, param);
  return optim::param_groups(named, options_.parameters);
}

void Trainer::make_turns() {
  const TrainStepOptions clip{.clip_norm = options_.clip_norm,
                              .clip_value = options_.clip_value,
                              .clip_adaptive = options_.clip_adaptive,
                              .penalty = options_.penalty};
  nn::Module& module = model_.module();
  if (options_.turns.empty()) {
    const auto forward = [model = model_, loss = options_.loss](const TensorDict& inputs,
                                                                const TensorDict& targets) {
      TrainStep::Computed out;
      out.outputs = model(inputs);
      out.loss = loss(out.outputs, targets);
      return out;
    };
    turns_.push_back({.name = {}, .step = {forward, options_.optimizer(groups()), clip}});
    return;
  }
  check_turns(options_);
  for (const Turn& turn : options_.turns) {
    const std::vector<Tensor> own = trainable(module, turn.part);
    check_in(!own.empty(), ErrorKind::usage, "turns",
             "the model has no part '{}' with parameters to train", turn.part);
    std::vector<Tensor> others;
    for (const Tensor& param : trained_)
      if (!holds(own, param))
        others.push_back(param);
    const auto forward = [loss = turn.loss](const TensorDict& inputs, const TensorDict& targets) {
      return TrainStep::Computed{.loss = loss(inputs, targets)};
    };
    turns_.push_back({.name = turn.part,
                      .step = {forward, turn.optimizer({optim::ParamGroup{.params = own}}), clip,
                               std::move(others)}});
  }
}

// Layers that a person froze with eval() keep still, also in the next fit(), which finds the whole
// model as this one left it.
void Trainer::begin_training_mode() {
  if (model_.module().is_training())
    return;
  for (auto& [path, module] : model_.module().named_modules())
    if (module->is_training())
      frozen_.erase(path);  // thawed meanwhile
  for (auto& [path, module] : model_.module().named_modules())
    module->train(!frozen_.contains(path));  // top down: a layer's own mode comes last
}

void Trainer::end_training_mode() {
  frozen_.clear();
  for (auto& [path, module] : model_.module().named_modules())
    if (!module->is_training())
      frozen_.insert(path);
  model_.module().eval();
}

// A parameter that the optimiser was not given would keep its values without a word.
void Trainer::check_parameters() {
  for (const auto& [name, param] : model_.module().named_parameters())
    check_in(!param.requires_grad() || holds(trained_, param), ErrorKind::invalid, "fit",
             "'{}' is none of the parameters that the Trainer was made with, so it would not be "
             "trained; after a layer was replaced or "
             "thawed, make a new Trainer",
             name);
}

// step_samples: of all batches that share the next optimiser step; ends: this one is its last.
void Trainer::train_batch(TrainState& state, const data::Batch& batch, double step_samples,
                          bool ends) {
  const Device device = model_.module().device();
  const TensorDict inputs = batch.inputs.to(device), targets = batch.targets.to(device);
  const int64_t micro_batch = state.batch % options_.accumulate;
  std::vector<double> seen;  // of what the schedule looks at
  if (!options_.schedule.monitor.empty())
    seen = values_of(state.history, options_.schedule.monitor);
  double loss = 0;
  for (TakenTurn& turn : turns_) {
    TrainStep& step = turn.step;
    if (micro_batch == 0)
      step.begin(step_samples);
    if (options_.accumulate > 1)
      set_random_micro_batch(uint64_t(micro_batch));
    if (!step.add(inputs, targets, batch.size())) {
      state.loss = step.batch_loss();
      stop_at_nan(state, turn, inputs, targets);
    }
    turn.epoch_loss.add(step.batch_loss(), step.batch_weight());
    loss += step.loss();
    note_batch(state, step.take_outputs(), targets);
    if (ends) {
      const optim::Progress now{state.step, state.epoch, state.total_steps, state.epochs, seen};
      step.take(options_.schedule.lr(step.base_lr(), now), options_.schedule.momentum(now));
    }
  }
  state.loss = loss;
  ++state.batch;
  state.step += ends;
}

// outputs: none of a turn, which is not measured.
void Trainer::note_batch(TrainState& state, const TensorDict& outputs, const TensorDict& targets) {
  if (!options_.metrics.empty())
    measure(options_.metrics, outputs.front().second, targets, recipe_);
  // Some metrics sort all scores to answer: ask them no more often than a person could read.
  const double now = steady_seconds();
  if (state.batch + 1 < state.batches_per_epoch && !state.running.empty() && now - asked_ < 0.05)
    return refresh_losses(state);
  asked_ = now;
  refresh_running(state);
}

void Trainer::measure(std::vector<metrics::Metric>& metrics, const Tensor& output,
                      const TensorDict& targets, const data::Recipe& recipe) const {
  if (metrics.empty())
    return;
  const Tensor answer = recipe.undo_target(output),
               target = recipe.undo_target(targets.front().second);
  const Tensor logits = metric_outputs(answer, target, options_.loss.outputs());
  const Tensor* weights = targets.find(sample_weight_name);
  for (metrics::Metric& metric : metrics)
    metric.update(metric.of_numbers() ? answer : logits, target, weights ? *weights : Tensor());
}

// They stand first in state.running.
void Trainer::refresh_losses(TrainState& state) const {
  double sum = 0;
  for (size_t i = 0; i < turns_.size(); ++i) {
    const double mean = turns_[i].epoch_loss.mean();
    sum += mean;
    if (turns_.size() > 1)
      state.running[i + 1].second = mean;
  }
  state.running[0].second = sum;
}

void Trainer::refresh_running(TrainState& state) {
  state.running = {{"loss", 0.0}};
  if (turns_.size() > 1)
    for (const TakenTurn& turn : turns_)
      state.running.emplace_back(turn.prefixed("loss", '_'), 0.0);
  refresh_losses(state);
  for (size_t i = 0; i < options_.metrics.size(); ++i)
    if (!begun_late_.contains(i))
      state.running.emplace_back(options_.metrics[i].name, options_.metrics[i].value());
}

// The last step may have spoilt them after its loss was finite: such weights are not saved.
void Trainer::check_weights(const TrainState& state) {
  NoGrad off;
  const std::string name = nn::first_not_finite(model_.module(), model_.module().state_dict());
  if (!name.empty())
    throw Diverged(
        fmt::format("after step {} (epoch {}) the weights of '{}' are not finite any more; try a "
                    "smaller learning rate or clip_norm",
                    state.step, state.epoch + 1, name));
}

void Trainer::stop_at_nan(const TrainState& state, const TakenTurn& turn, const TensorDict& inputs,
                          const TensorDict& targets) {
  NoGrad off;
  const std::string loss = fmt::format("the loss{} is {} at step {} (epoch {})",
                                       turn.name.empty() ? "" : " of the " + turn.name, state.loss,
                                       state.step + 1, state.epoch + 1);
  for (const auto& [name, param] : model_.module().named_parameters()) {
    if (nn::all_finite(param))
      continue;
    check_in(state.step > 0, ErrorKind::invalid, "",
             "{}: the weights of '{}' are not finite from the start; give the model other ones",
             loss, name);
    throw Diverged(
        fmt::format("{}: the weights of '{}' are not finite any more; try a smaller learning rate "
                    "or clip_norm",
                    loss, name));
  }
  FirstBadLayer watch;
  bool input_ok = true;
  double largest = 0;
  for (const auto& [name, input] : inputs) {
    input_ok = input_ok && nn::all_finite(input);
    largest = std::max(largest, input_ok ? nn::largest_magnitude(input) : 0);
  }
  if (turn.name.empty())
    model_(inputs);
  for (const Turn& asked : options_.turns)
    if (asked.part == turn.name)
      asked.loss(inputs, targets);
  check_in(input_ok, ErrorKind::invalid, "",
           "{}: the batch itself holds values that are not finite", loss);
  const std::string where = watch.found.empty()
                                ? "every layer's output is finite, so it begins in the loss"
                                : "it begins in the layer " + watch.found;
  std::string hint;
  // Numbers that grew from step to step; at the first one they were so from the start.
  if (state.step > 0)
    hint = "; try a smaller learning rate or clip_norm";
  if (largest > large_input)
    hint += fmt::format(
        "{} the samples hold values up to {:.2g}; normalise them "
        "(data.normalize = \"auto\")",
        hint.empty() ? ";" : ", but", largest);
  throw Diverged(fmt::format("{}: {}{}", loss, where, hint));
}

Evaluation Trainer::evaluate(const data::Dataset& data, int64_t batch_size) {
  check_in(!data.empty(), ErrorKind::invalid, "evaluate", "there are no samples");
  if (!options_.turns.empty())
    return evaluate_turns(data, batch_size);
  Evaluation out{.samples = data.size(), .loss = 0, .values = {}};
  std::vector<metrics::Metric> measures = options_.metrics;
  for (metrics::Metric& metric : measures)
    metric.reset();
  LossSum loss;
  infer_batches(model_, data, {.batch_size = batch_size}, [&](const InferredBatch& batch) {
    batch.add_loss(options_.loss, loss);
    measure(measures, batch.output(), batch.targets, data.recipe());
  });
  check_in(loss.weight > 0, ErrorKind::data, data.name(),
           "none of the targets counts for the loss: all are ignored, or of weight 0");
  out.loss = loss.mean();
  for (const metrics::Metric& metric : measures)
    out.values.emplace_back(metric.name, metric.value());
  return out;
}

// The losses as they are without training, of the same draws each time.
Evaluation Trainer::evaluate_turns(const data::Dataset& data, int64_t batch_size) {
  const RandomScope random;
  const std::vector<LossSum> sums =
      turn_losses(model_.module(), options_.turns, data, {.batch_size = batch_size});
  Evaluation out{.samples = data.size(), .loss = 0, .values = {}};
  for (size_t i = 0; i < sums.size(); ++i) {
    out.loss += sums[i].mean();
    if (sums.size() > 1)
      out.values.emplace_back(turns_[i].prefixed("loss", '_'), sums[i].mean());
  }
  return out;
}

namespace {

// Rows of one batch, in their place among those of all samples.
void place_rows(const Tensor& rows, const InferredBatch& batch, int64_t all, Tensor& out) {
  Dims shape = rows.shape();
  check_in(!shape.empty() && shape[0] == batch.samples, ErrorKind::invalid, "predict",
           "the model gives {} for a batch of {}, should give a row for each sample",
           to_string(shape), batch.samples);
  shape[0] = all;
  if (!out.defined())
    out = Tensor::empty(shape, rows.dtype());
  check_in(shape == out.shape(), ErrorKind::invalid, "predict",
           "the model gives {} for one batch and rows of {} for those before; all should "
           "have the same size",
           to_string(rows.shape()), to_string(out.shape()));
  copy_values(rows,
              unrecorded_view(out, rows.shape(), out.strides(), batch.first * out.strides()[0]));
}

}  // namespace

TensorDict Trainer::predict_all(const data::Dataset& data, int64_t batch_size) {
  check_in(!data.empty(), ErrorKind::invalid, "predict", "there are no samples");
  std::vector<Tensor> tensors;
  std::vector<std::string> names;
  infer_batches(model_, data, {.batch_size = batch_size}, [&](const InferredBatch& batch) {
    names = batch.outputs.names();
    tensors.resize(names.size());
    for (size_t i = 0; i < names.size(); ++i)
      place_rows(
          names.size() == 1 ? data.recipe().undo_target(batch.output()) : batch.outputs[names[i]],
          batch, data.size(), tensors[i]);
  });
  TensorDict out;
  for (size_t i = 0; i < names.size(); ++i)
    out.set(names[i], tensors[i]);
  return out;
}

Tensor Trainer::predict(const data::Dataset& data, int64_t batch_size) {
  const TensorDict all = predict_all(data, batch_size);
  check_in(all.size() == 1, ErrorKind::invalid, "predict",
           "the model gives {}; predict_all() has them by name", all.listed());
  return all.front().second;
}

TensorDict Trainer::predict(const TensorDict& inputs) {
  NoGrad off;
  const nn::EvalScope evaluation(model_.module());
  return model_(inputs.to(model_.module().device()));
}

Tensor Trainer::predict(const Tensor& x) {
  return predict(TensorDict{{std::string(data::input_field), x}}).only("outputs");
}

std::ostream& operator<<(std::ostream& out, const Evaluation& evaluation) {
  out << fmt::format("{} samples - loss: {}", evaluation.samples, metric_text(evaluation.loss));
  for (const auto& [name, value] : evaluation.values)
    out << fmt::format(" - {}: {}", name, metric_text(value));
  return out;
}

}  // namespace hebb
