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

}  // namespace

Trainer::Trainer(nn::Module& model, std::function<Tensor(const Tensor&)> forward,
                 TrainerOptions options)
    : model_(model), forward_(std::move(forward)), options_(std::move(options)) {
  check_in(options_.accumulate >= 1 && options_.accumulate <= 2147483647, ErrorKind::usage,
           "accumulate", "is {}, should be from 1 to 2147483647", options_.accumulate);
  check_in(options_.clip_norm >= 0, ErrorKind::usage, "clip_norm",
           "is {}, should be above 0, or 0 for none", options_.clip_norm);
  check_in(options_.clip_value >= 0, ErrorKind::usage, "clip_value",
           "is {}, should be above 0, or 0 for none", options_.clip_value);
  check_in(options_.clip_adaptive >= 0, ErrorKind::usage, "clip_adaptive",
           "is {}, should be above 0, or 0 for none", options_.clip_adaptive);
  nn::name_modules(model_);
  std::vector<std::pair<std::string, Tensor>> named;
  for (const auto& [name, param] : model_.named_parameters())
    if (param.requires_grad()) {
      trained_.push_back(param);
      named.emplace_back(name, param);
    }
  optimizer_ = options_.optimizer(options_.parameters.empty()
                                      ? std::vector{optim::ParamGroup{.params = trained_}}
                                      : optim::param_groups(named, options_.parameters));
  base_lr_ = optimizer_->lr();
  options_.schedule.check(base_lr_);
}

// Layers that a person froze with eval() keep still, also in the next fit(), which finds the whole
// model as this one left it.
void Trainer::begin_training_mode() {
  if (model_.is_training())
    return;
  for (auto& [path, module] : model_.named_modules())
    if (module->is_training())
      frozen_.erase(path);  // thawed meanwhile
  for (auto& [path, module] : model_.named_modules())
    module->train(!frozen_.contains(path));  // top down: a layer's own mode comes last
}

void Trainer::end_training_mode() {
  frozen_.clear();
  for (auto& [path, module] : model_.named_modules())
    if (!module->is_training())
      frozen_.insert(path);
  model_.eval();
}

// A parameter that the optimiser was not given would keep its values without a word.
void Trainer::check_parameters() {
  for (const auto& [name, param] : model_.named_parameters())
    check_in(!param.requires_grad() ||
                 std::any_of(trained_.begin(), trained_.end(),
                             [&, &p = param](const Tensor& t) { return t.same(p); }),
             ErrorKind::invalid, "fit",
             "'{}' is none of the parameters that the Trainer was made with, so it would not be "
             "trained; after a layer was replaced or "
             "thawed, make a new Trainer",
             name);
}

// Forward and backward of one batch; step_samples: of all batches that share the next optimiser
// step. Gradients are added up as sums of losses over step_samples; where another weight has come
// together when the step is taken, take_step scales them. The loss is read when the backward pass
// has been asked for, so that a device need not wait for it, and before anything is written to the
// weights.
void Trainer::train_batch(TrainState& state, const Tensor& x, const Tensor& y,
                          double step_samples) {
  const int64_t micro_batch = state.batch % options_.accumulate;
  if (micro_batch == 0) {
    optimizer_->zero_grad();
    step_loss_ = {};
    step_scale_ = step_samples;
  }
  if (options_.accumulate > 1)
    set_random_micro_batch(uint64_t(micro_batch));
  const Tensor output = forward_(x);
  const Tensor loss = options_.loss(output, y);
  check_in(loss.numel() == 1, ErrorKind::invalid, "loss",
           "has shape {}, should be one number per batch", to_string(loss.shape()));
  const double weight = options_.loss.weight(y);
  const bool alone = double(x.size(0)) == step_samples;
  if (alone)
    step_scale_ = weight;
  if (weight > 0) {
    (alone ? loss : loss / (step_samples / weight)).backward();
    state.loss = loss.item();
    if (std::isnan(state.loss))
      state.loss = std::abs(state.loss);  // "nan", whatever its sign
    if (!std::isfinite(state.loss))
      stop_at_nan(state, x);
    step_loss_.add(state.loss, weight);
    epoch_loss_.add(state.loss, weight);
  }
  note_batch(state, output.detach(), y);
  if (!alone || weight == 0)
    state.loss = step_loss_.mean();
}

void Trainer::take_step(TrainState& state) {
  if (step_loss_.weight > 0 && step_loss_.weight != step_scale_)
    optim::scale_grad_(optimizer_->parameters(), step_scale_ / step_loss_.weight);
  const optim::Schedule& schedule = options_.schedule;
  std::vector<double> seen;  // of what the schedule looks at
  if (!schedule.monitor.empty())
    seen = values_of(state.history, schedule.monitor);
  optimizer_->set_lr(
      schedule.lr(base_lr_, {state.step, state.epoch, state.total_steps, state.epochs, seen}));
  if (options_.clip_norm > 0)
    optim::clip_grad_norm_(optimizer_->parameters(), options_.clip_norm);
  if (options_.clip_value > 0)
    optim::clip_grad_value_(optimizer_->parameters(), options_.clip_value);
  if (options_.clip_adaptive > 0)
    optim::clip_grad_adaptive_(optimizer_->parameters(), options_.clip_adaptive);
  optimizer_->step();
  ++state.step;
}

void Trainer::note_batch(TrainState& state, const Tensor& output, const Tensor& y) {
  measure(options_.metrics, output, y);
  // Some metrics sort all scores to answer: ask them no more often than a person could read.
  const double now = steady_seconds();
  if (state.batch + 1 < state.batches_per_epoch && !state.running.empty() && now - asked_ < 0.05) {
    state.running[0].second = epoch_loss_.mean();
    return;
  }
  asked_ = now;
  refresh_running(state);
}

void Trainer::measure(std::vector<metrics::Metric>& metrics, const Tensor& output,
                      const Tensor& y) const {
  if (metrics.empty())
    return;
  const Tensor logits = metric_outputs(output, y, options_.loss.outputs());
  for (metrics::Metric& metric : metrics)
    metric.update(metric.of_numbers() ? output : logits, y);
}

void Trainer::refresh_running(TrainState& state) {
  state.running = {{"loss", epoch_loss_.mean()}};
  for (size_t i = 0; i < options_.metrics.size(); ++i)
    if (!begun_late_.contains(i))
      state.running.emplace_back(options_.metrics[i].name, options_.metrics[i].value());
}

// The last step may have spoilt them after its loss was finite: such weights are not saved.
void Trainer::check_weights(const TrainState& state) {
  NoGrad off;
  const std::string name = nn::first_not_finite(model_, model_.state_dict());
  check_in(name.empty(), ErrorKind::invalid, "",
           "after step {} (epoch {}) the weights of '{}' are not finite any more; try a smaller "
           "learning rate or clip_norm",
           state.step, state.epoch + 1, name);
}

void Trainer::stop_at_nan(const TrainState& state, const Tensor& x) {
  NoGrad off;
  for (const auto& [name, param] : model_.named_parameters())
    if (!nn::all_finite(param))
      fail(ErrorKind::invalid, "",
           "the loss is {} at step {} (epoch {}): the weights of '{}' are not finite {}",
           state.loss, state.step + 1, state.epoch + 1, name,
           state.step == 0 ? "from the start; give the model other ones"
                           : "any more; try a smaller learning rate or clip_norm");
  FirstBadLayer watch;
  const bool input_ok = nn::all_finite(x);
  forward_(x);
  const std::string where = !input_ok ? "the batch itself holds values that are not finite"
                            : watch.found.empty()
                                ? "every layer's output is finite, so it begins in the loss"
                                : "it begins in the layer " + watch.found;
  std::string hint;
  // Numbers that grew from step to step; at the first one they were so from the start.
  if (input_ok && state.step > 0)
    hint = "; try a smaller learning rate or clip_norm";
  if (const double largest = input_ok ? nn::largest_magnitude(x) : 0; largest > large_input)
    hint += fmt::format(
        "{} the samples hold values up to {:.2g}; normalise them "
        "(data.normalize = \"auto\")",
        hint.empty() ? ";" : ", but", largest);
  fail(ErrorKind::invalid, "", "the loss is {} at step {} (epoch {}): {}{}", state.loss,
       state.step + 1, state.epoch + 1, where, hint);
}

Evaluation Trainer::evaluate(const data::Dataset& data, int64_t batch_size) {
  check_in(!data.empty(), ErrorKind::invalid, "evaluate", "there are no samples");
  Evaluation out{.samples = data.size(), .loss = 0, .values = {}};
  std::vector<metrics::Metric> measures = options_.metrics;
  for (metrics::Metric& metric : measures)
    metric.reset();
  LossSum loss;
  infer_batches(model_, forward_, data, {.batch_size = batch_size},
                [&](const InferredBatch& batch) {
                  batch.add_loss(options_.loss, loss);
                  measure(measures, batch.output, batch.target);
                });
  check_in(loss.weight > 0, ErrorKind::data, data.name(),
           "none of the targets counts for the loss: all are ignored, or of classes of weight 0");
  out.loss = loss.mean();
  for (const metrics::Metric& metric : measures)
    out.values.emplace_back(metric.name, metric.value());
  return out;
}

Tensor Trainer::predict(const data::Dataset& data, int64_t batch_size) {
  check_in(!data.empty(), ErrorKind::invalid, "predict", "there are no samples");
  Tensor out;
  infer_batches(
      model_, forward_, data, {.batch_size = batch_size}, [&](const InferredBatch& batch) {
        Dims shape = batch.output.shape();
        check_in(!shape.empty() && shape[0] == batch.samples, ErrorKind::invalid, "predict",
                 "the model gives {} for a batch of {}, should give a row for each sample",
                 to_string(shape), batch.samples);
        shape[0] = data.size();
        if (!out.defined())
          out = Tensor::empty(shape, batch.output.dtype());
        check_in(shape == out.shape(), ErrorKind::invalid, "predict",
                 "the model gives {} for one batch and rows of {} for those before; all should "
                 "have the same size",
                 to_string(batch.output.shape()), to_string(out.shape()));
        copy_values(batch.output, unrecorded_view(out, batch.output.shape(), out.strides(),
                                                  batch.first * out.strides()[0]));
      });
  return out;
}

Tensor Trainer::predict(const Tensor& x) {
  NoGrad off;
  const nn::EvalScope evaluation(model_);
  return forward_(x.to(model_.device()));
}

std::ostream& operator<<(std::ostream& out, const Evaluation& evaluation) {
  out << fmt::format("{} samples - loss: {}", evaluation.samples, metric_text(evaluation.loss));
  for (const auto& [name, value] : evaluation.values)
    out << fmt::format(" - {}: {}", name, metric_text(value));
  return out;
}

}  // namespace hebb
