#include "hebb/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <map>
#include <ostream>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/clock.h"
#include "hebb/base/interrupt.h"
#include "hebb/data/loader.h"
#include "hebb/data/splits.h"
#include "hebb/nn/eval_scope.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/reduce.h"
#include "hebb/tensor/unrecorded_view.h"
#include "hebb/train/inference.h"

namespace hebb {

// Seconds of training, over interruptions.
struct Trainer::Clock {
  double begun = steady_seconds(), epoch_begun = begun;
  double before = 0, epoch_before = 0;
  double total() const { return before + steady_seconds() - begun; }
  double epoch() const { return epoch_before + steady_seconds() - epoch_begun; }
  void start_epoch() {
    epoch_begun = steady_seconds();
    epoch_before = 0;
  }
};

namespace {

bool all_finite(const Tensor& t) {
  if (!is_floating(t.dtype())) return true;
  const Tensor total = sum((t - t).detach());  // 0 unless there is an inf or a NaN: both give NaN
  return std::isfinite(total.item());
}

// The first module, in the order of execution, whose output is not finite.
class FirstBadLayer : public nn::ForwardObserver {
 public:
  void left(nn::Module& module, const Tensor& output) override {
    if (found.empty() && !all_finite(output))
      found = module.path().empty() ? module.describe() : "'" + module.path() + "' (" + module.describe() + ")";
  }
  std::string found;
};

// The names that things are kept by in a checkpoint: their own, and NAME#2 for the second of a name.
template <class T, class NameOf>
std::vector<std::string> kept_names(const std::vector<T>& things, NameOf&& name_of) {
  std::vector<std::string> out;
  std::map<std::string, int> seen;
  for (const T& thing : things) {
    const std::string name = name_of(thing);
    const int count = ++seen[name];
    out.push_back(count == 1 ? name : fmt::format("{}#{}", name, count));
  }
  return out;
}

std::vector<std::string> kept_names(const std::vector<std::shared_ptr<Callback>>& callbacks) {
  return kept_names(callbacks, [](const auto& callback) { return callback->name(); });
}

std::vector<std::string> kept_names(const std::vector<metrics::Metric>& metrics) {
  return kept_names(metrics, [](const metrics::Metric& metric) { return metric.name; });
}

// Numbers of a checkpoint. Error: there are none of this name.
std::vector<double> numbers_of(const StateDict& tensors, const std::string& name) {
  for (const auto& [key, tensor] : tensors)
    if (key == name) return tensor.to_vector<double>();
  fail(ErrorKind::data, "the checkpoint", "was made in the middle of an epoch without '{}'; go on with the metrics it was begun with",
       name);
}

}  // namespace

Trainer::Trainer(nn::Module& model, std::function<Tensor(const Tensor&)> forward, TrainerOptions options)
    : model_(model), forward_(std::move(forward)), options_(std::move(options)) {
  check_in(options_.accumulate >= 1 && options_.accumulate <= 2147483647, ErrorKind::usage, "accumulate",
           "is {}, should be from 1 to 2147483647", options_.accumulate);
  check_in(options_.clip_norm >= 0, ErrorKind::usage, "clip_norm", "is {}, should be above 0, or 0 for none", options_.clip_norm);
  check_in(options_.clip_value >= 0, ErrorKind::usage, "clip_value", "is {}, should be above 0, or 0 for none", options_.clip_value);
  nn::name_modules(model_);
  for (const Tensor& param : model_.parameters())
    if (param.requires_grad()) trained_.push_back(param);
  optimizer_ = options_.optimizer({optim::ParamGroup{.params = trained_}});
  base_lr_ = optimizer_->lr();
  options_.schedule.check(base_lr_);
}

std::vector<EpochLog> Trainer::fit(const data::Dataset& train, FitOptions options) {
  check_in(options.epochs >= 1, ErrorKind::usage, "epochs", "is {}, should be at least 1", options.epochs);
  check_in(options.batch_size >= 1, ErrorKind::usage, "batch_size", "is {}, should be at least 1", options.batch_size);
  check_in(options.validation >= 0 && options.validation < 1, ErrorKind::usage, "validation", "is {}, should be a share from 0 to below 1",
           options.validation);
  check_in(options.checkpoint.every_steps >= 0 && options.checkpoint.every_epochs >= 1, ErrorKind::usage, "checkpoint",
           "every_steps is {} and every_epochs {}, should be at least 0 and 1", options.checkpoint.every_steps,
           options.checkpoint.every_epochs);
  check_parameters();
  data::Dataset part = train;
  std::optional<data::Dataset> validation = options.validation_data;
  if (!validation && options.validation > 0) {
    const std::vector<data::Dataset> parts = data::split(train, {1 - options.validation, options.validation}, options.split_seed);
    part = parts[0];
    validation = parts[1];
    check_in(!validation->empty(), ErrorKind::usage, "validation", "{} of {} samples is not one; it should be a larger share",
             options.validation, train.size());
  }
  check_in(part.size() > 0, ErrorKind::invalid, "fit", "there are no samples to train on");
  check_in(!validation || !validation->empty(), ErrorKind::usage, "validation_data", "has no samples");

  TrainState state{.model = model_, .optimizer = *optimizer_, .metrics = options_.metrics};
  state.epochs = options.epochs;
  state.batches_per_epoch =
      options.drop_last ? part.size() / options.batch_size : part.size() / options.batch_size + (part.size() % options.batch_size != 0);
  check_in(state.batches_per_epoch > 0, ErrorKind::usage, "drop_last", "leaves nothing of {} samples with a batch_size of {}", part.size(),
           options.batch_size);
  const int64_t steps_per_epoch = (state.batches_per_epoch + options_.accumulate - 1) / options_.accumulate;
  state.total_steps = steps_per_epoch * options.epochs;
  if (options.max_steps > 0) state.total_steps = std::min(state.total_steps, options.max_steps);

  const bool own_bar = options.verbosity != Verbosity::silent;
  if (own_bar) options_.callbacks.push_back(std::make_shared<ProgressBar>(options.verbosity));
  struct DropBar {
    std::vector<std::shared_ptr<Callback>>& callbacks;
    bool own;
    ~DropBar() {
      if (own) callbacks.pop_back();
    }
  } drop_bar{options_.callbacks, own_bar};

  Clock clock;
  loss_sum_ = 0;
  samples_ = 0;
  for (metrics::Metric& metric : options_.metrics) metric.reset();
  if (options.resume) restore(state, *options.resume, clock);
  options.resume.reset();  // a second copy of everything is not kept
  auto save = [&] {
    if (!options.save_checkpoint) return;
    check_weights(state);
    options.save_checkpoint(checkpoint(state, clock));
  };
  // Beside what callbacks say, which checkpoints keep: when training goes on the limits may be others.
  std::string limit;
  auto look_at_limits = [&] {
    if (options.max_steps > 0 && state.step >= options.max_steps) limit = fmt::format("{} steps are done (max_steps)", state.step);
    if (options.max_seconds > 0 && clock.total() >= options.max_seconds)
      limit = fmt::format("{:.6g} seconds are over (max_time)", options.max_seconds);
  };
  auto stopped = [&] { return !state.stop_reason.empty() || !limit.empty(); };

  each([&](Callback& c) { c.train_begin(state); });
  begin_training_mode();
  InterruptScope interrupts;
  int64_t saved_step = -1;
  auto stop_if_asked = [&] {
    const int signal = interrupt_requested();
    if (!signal) return;
    if (saved_step != state.step) save();
    throw Error(ErrorKind::interrupted, "", fmt::format("stopped by {} after step {}", interrupt_name(signal), state.step));
  };
  look_at_limits();
  bool done = state.batch == 0 && (state.epoch >= options.epochs || stopped());  // an epoch that was begun is ended
  while (!done) {
    if (state.batch == 0) clock.start_epoch();
    each([&](Callback& c) { c.epoch_begin(state); });
    data::Loader loader(part, {.batch_size = options.batch_size,
                               .shuffle = true,
                               .seed = options.seed,
                               .workers = options.workers,
                               .drop_last = options.drop_last,
                               .epoch = uint64_t(state.epoch),
                               .start_batch = state.batch});
    const bool over = stopped();  // the checkpoint lies between the last step and the end of its epoch
    for (const auto& [x, y] : loader) {
      if (over) break;
      const int64_t first = state.batch / options_.accumulate * options_.accumulate;  // of this batch's group
      const int64_t group = std::min(options_.accumulate, state.batches_per_epoch - first);
      train_batch(state, x, y, group);
      ++state.batch;
      const bool stepped = state.batch % options_.accumulate == 0 || state.batch == state.batches_per_epoch;
      if (stepped) take_step(state);
      each([&](Callback& c) { c.batch_end(state); });
      if (!stepped) continue;
      if (state.batch < state.batches_per_epoch) stop_if_asked();
      if (options.checkpoint.every_steps > 0 && state.step % options.checkpoint.every_steps == 0 && state.batch < state.batches_per_epoch)
        save();
      look_at_limits();
      if (stopped()) break;
    }
    check_weights(state);
    ++state.epoch;
    refresh_running(state);
    EpochLog log{state.epoch, state.step, clock.epoch(), state.running};
    if (validation) {
      const Evaluation seen = evaluate(*validation);
      check_in(
          std::isfinite(seen.loss), ErrorKind::invalid, "",
          "after step {} (epoch {}) the loss on the validation data is not finite: the training has diverged; try a smaller learning rate "
          "or clip_norm",
          state.step, state.epoch);
      log.values.emplace_back("val_loss", seen.loss);
      for (const auto& [name, value] : seen.values) log.values.emplace_back("val_" + name, value);
    }
    log.seconds = clock.epoch();
    state.history.push_back(log);
    each([&](Callback& c) { c.epoch_end(state, state.history.back()); });
    state.batch = 0;
    state.running.clear();
    loss_sum_ = 0;
    samples_ = 0;
    for (metrics::Metric& metric : options_.metrics) metric.reset();
    done = state.epoch >= options.epochs || stopped();
    const CheckpointOptions& c = options.checkpoint;
    if (done || (c.every_steps > 0 ? state.step % c.every_steps == 0 : state.epoch % c.every_epochs == 0)) {
      save();
      saved_step = state.step;
    }
    stop_if_asked();  // also after the last epoch: what comes after training is for another time
  }
  if (state.stop_reason.empty()) state.stop_reason = limit;
  each([&](Callback& c) { c.train_end(state); });
  end_training_mode();
  return state.history;
}

// Layers that a person froze with eval() keep still, also in the next fit(), which finds the whole model as this one left it.
void Trainer::begin_training_mode() {
  if (model_.is_training()) return;
  for (auto& [path, module] : model_.named_modules())
    if (module->is_training()) frozen_.erase(path);                                            // thawed meanwhile
  for (auto& [path, module] : model_.named_modules()) module->train(!frozen_.contains(path));  // top down: a layer's own mode comes last
}

void Trainer::end_training_mode() {
  frozen_.clear();
  for (auto& [path, module] : model_.named_modules())
    if (!module->is_training()) frozen_.insert(path);
  model_.eval();
}

// A parameter that the optimiser was not given would keep its values without a word.
void Trainer::check_parameters() {
  for (const auto& [name, param] : model_.named_parameters())
    check_in(
        !param.requires_grad() || std::any_of(trained_.begin(), trained_.end(), [&, &p = param](const Tensor& t) { return t.same(p); }),
        ErrorKind::invalid, "fit",
        "'{}' is none of the parameters that the Trainer was made with, so it would not be trained; after a layer was replaced or "
        "thawed, make a new Trainer",
        name);
}

// Forward and backward of one batch; group: how many batches share the next optimiser step.
void Trainer::train_batch(TrainState& state, const Tensor& x, const Tensor& y, int64_t group) {
  const int64_t micro_batch = state.batch % options_.accumulate;
  if (micro_batch == 0) optimizer_->zero_grad();
  if (options_.accumulate > 1) set_random_micro_batch(uint64_t(micro_batch));
  const Tensor output = forward_(x);
  const Tensor loss = options_.loss(output, y);
  check_in(loss.numel() == 1, ErrorKind::invalid, "loss", "has shape {}, should be one number per batch", to_string(loss.shape()));
  state.loss = loss.item();
  if (std::isnan(state.loss)) state.loss = std::abs(state.loss);  // "nan", whatever its sign
  if (!std::isfinite(state.loss)) stop_at_nan(state, x);
  (group > 1 ? loss / group : loss).backward();
  note_batch(state, output.detach(), y, state.loss);
}

void Trainer::take_step(TrainState& state) {
  optimizer_->set_lr(options_.schedule.lr(base_lr_, {state.step, state.epoch, state.total_steps, state.epochs}));
  if (options_.clip_norm > 0) optim::clip_grad_norm_(optimizer_->parameters(), options_.clip_norm);
  if (options_.clip_value > 0) optim::clip_grad_value_(optimizer_->parameters(), options_.clip_value);
  optimizer_->step();
  ++state.step;
}

void Trainer::note_batch(TrainState& state, const Tensor& output, const Tensor& y, double loss) {
  const int64_t n = y.dim() > 0 ? y.size(0) : 1;
  loss_sum_ += loss * double(n);
  samples_ += n;
  measure(options_.metrics, output, y);
  // Some metrics sort all scores to answer: ask them no more often than a person could read.
  const double now = steady_seconds();
  if (state.batch + 1 < state.batches_per_epoch && !state.running.empty() && now - asked_ < 0.05) {
    state.running[0].second = loss_sum_ / double(samples_);
    return;
  }
  asked_ = now;
  refresh_running(state);
}

void Trainer::measure(std::vector<metrics::Metric>& metrics, const Tensor& output, const Tensor& y) const {
  if (metrics.empty()) return;
  const Tensor logits = metric_outputs(output, y, options_.loss.outputs());
  for (metrics::Metric& metric : metrics) metric.update(metric.of_numbers() ? output : logits, y);
}

void Trainer::refresh_running(TrainState& state) {
  state.running = {{"loss", samples_ > 0 ? loss_sum_ / double(samples_) : 0}};
  for (const metrics::Metric& metric : options_.metrics) state.running.emplace_back(metric.name, metric.value());
}

// The last step may have spoilt them after its loss was finite: such weights are not saved.
void Trainer::check_weights(const TrainState& state) {
  NoGrad off;
  for (const auto& [name, tensor] : model_.state_dict())
    check_in(all_finite(tensor), ErrorKind::invalid, "",
             "after step {} (epoch {}) the weights of '{}' are not finite any more; try a smaller learning rate or clip_norm", state.step,
             state.epoch + 1, name);
}

void Trainer::stop_at_nan(const TrainState& state, const Tensor& x) {
  NoGrad off;
  for (const auto& [name, param] : model_.named_parameters())
    if (!all_finite(param))
      fail(ErrorKind::invalid, "",
           "the loss is {} at step {} (epoch {}): the weights of '{}' are not finite any more; try a smaller learning rate or clip_norm",
           state.loss, state.step + 1, state.epoch + 1, name);
  FirstBadLayer watch;
  const bool input_ok = all_finite(x);
  forward_(x);
  const std::string where = !input_ok             ? "the batch itself holds values that are not finite"
                            : watch.found.empty() ? "every layer's output is finite, so it begins in the loss"
                                                  : "it begins in the layer " + watch.found;
  // Numbers that grew from step to step; at the first one they were so from the start.
  const char* hint = input_ok && state.step > 0 ? "; try a smaller learning rate or clip_norm" : "";
  fail(ErrorKind::invalid, "", "the loss is {} at step {} (epoch {}): {}{}", state.loss, state.step + 1, state.epoch + 1, where, hint);
}

Checkpoint Trainer::checkpoint(const TrainState& state, const Clock& clock) {
  Checkpoint c{.epoch = state.epoch,
               .batch = state.batch,
               .step = state.step,
               .seconds = clock.total(),
               .epoch_seconds = state.batch > 0 ? clock.epoch() : 0,
               .random = random_state(),
               .history = state.history,
               .stop_reason = state.stop_reason,
               .tensors = {},
               .config_hash = {}};
  add_part(c.tensors, "model.", model_.state_dict());
  add_part(c.tensors, "optimizer.", optimizer_->state());
  const std::vector<std::string> callbacks = kept_names(options_.callbacks), metrics = kept_names(options_.metrics);
  for (size_t i = 0; i < callbacks.size(); ++i) {
    const StateDict known = options_.callbacks[i]->state();
    check_in(known.empty() || !options_.callbacks[i]->name().empty(), ErrorKind::usage, "callbacks",
             "the one at {} has a state() and no name() to keep it by", i);
    add_part(c.tensors, "callback." + callbacks[i] + ".", known);
  }
  StateDict running{{"loss", Tensor::from(std::vector<double>{loss_sum_, double(samples_)}, {2})}};
  for (size_t i = 0; i < metrics.size(); ++i) {
    const std::vector<double> values = options_.metrics[i].state();
    running.emplace_back("metric." + metrics[i], Tensor::from(values, {int64_t(values.size())}));
  }
  add_part(c.tensors, "running.", running);
  return c;
}

void Trainer::restore(TrainState& state, const Checkpoint& from, Clock& clock) {
  model_.load_state_dict(part_of(from.tensors, "model."));
  optimizer_->load_state(part_of(from.tensors, "optimizer."));
  const std::vector<std::string> callbacks = kept_names(options_.callbacks), metrics = kept_names(options_.metrics);
  for (size_t i = 0; i < callbacks.size(); ++i)
    if (const StateDict known = part_of(from.tensors, "callback." + callbacks[i] + "."); !known.empty())
      options_.callbacks[i]->load_state(known);
  if (from.batch > 0) {  // else the epoch's sums begin anew
    const StateDict running = part_of(from.tensors, "running.");
    const std::vector<double> loss = numbers_of(running, "loss");
    check_in(loss.size() == 2 && loss[1] >= 0 && loss[1] < 0x1p53, ErrorKind::data, "the checkpoint", "its running loss is damaged");
    loss_sum_ = loss[0];
    samples_ = int64_t(loss[1]);
    for (size_t i = 0; i < metrics.size(); ++i) options_.metrics[i].set_state(numbers_of(running, "metric." + metrics[i]));
  }
  state.epoch = from.epoch;
  state.batch = from.batch;
  state.step = from.step;
  state.history = from.history;
  state.stop_reason = from.stop_reason;
  set_random_state(from.random);
  clock.before = from.seconds;
  clock.epoch_before = from.epoch_seconds;
}

Evaluation Trainer::evaluate(const data::Dataset& data, int64_t batch_size) {
  check_in(!data.empty(), ErrorKind::invalid, "evaluate", "there are no samples");
  Evaluation out{.samples = data.size(), .loss = 0, .values = {}};
  std::vector<metrics::Metric> measures = options_.metrics;
  for (metrics::Metric& metric : measures) metric.reset();
  double loss = 0;
  infer_batches(model_, forward_, data, {.batch_size = batch_size}, [&](const InferredBatch& batch) {
    loss += batch.loss_sum(options_.loss);
    measure(measures, batch.output, batch.target);
  });
  out.loss = loss / double(data.size());
  for (const metrics::Metric& metric : measures) out.values.emplace_back(metric.name, metric.value());
  return out;
}

Tensor Trainer::predict(const data::Dataset& data, int64_t batch_size) {
  check_in(!data.empty(), ErrorKind::invalid, "predict", "there are no samples");
  Tensor out;
  infer_batches(model_, forward_, data, {.batch_size = batch_size}, [&](const InferredBatch& batch) {
    Dims shape = batch.output.shape();
    check_in(!shape.empty() && shape[0] == batch.samples, ErrorKind::invalid, "predict",
             "the model gives {} for a batch of {}, should give a row for each sample", to_string(shape), batch.samples);
    shape[0] = data.size();
    if (!out.defined()) out = Tensor::empty(shape, batch.output.dtype());
    check_in(shape == out.shape(), ErrorKind::invalid, "predict",
             "the model gives {} for one batch and rows of {} for those before; all should have the same size",
             to_string(batch.output.shape()), to_string(out.shape()));
    copy_values(batch.output, unrecorded_view(out, batch.output.shape(), out.strides(), batch.first * out.strides()[0]));
  });
  return out;
}

Tensor Trainer::predict(const Tensor& x) {
  NoGrad off;
  const nn::EvalScope evaluation(model_);
  return forward_(x);
}

std::ostream& operator<<(std::ostream& out, const Evaluation& evaluation) {
  out << fmt::format("{} samples - loss: {}", evaluation.samples, metric_text(evaluation.loss));
  for (const auto& [name, value] : evaluation.values) out << fmt::format(" - {}: {}", name, metric_text(value));
  return out;
}

}  // namespace hebb
