// Trainer::fit: epochs of batches, until they are done, a callback or a limit stops them, or a
// person does.
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/interrupt.h"
#include "hebb/data/loader.h"
#include "hebb/data/splits.h"
#include "hebb/train/diverged.h"
#include "hebb/train/trainer.h"
#include "hebb/train/training_clock.h"

namespace hebb {
namespace {

void check_options(const FitOptions& options) {
  check_in(options.epochs >= 1, ErrorKind::usage, "epochs", "is {}, should be at least 1",
           options.epochs);
  check_in(options.batch_size >= 1, ErrorKind::usage, "batch_size", "is {}, should be at least 1",
           options.batch_size);
  check_in(options.validation >= 0 && options.validation < 1, ErrorKind::usage, "validation",
           "is {}, should be a share from 0 to below 1", options.validation);
  check_in(options.checkpoint.every_steps >= 0 && options.checkpoint.every_epochs >= 1,
           ErrorKind::usage, "checkpoint",
           "every_steps is {} and every_epochs {}, should be at least 0 and 1",
           options.checkpoint.every_steps, options.checkpoint.every_epochs);
}

}  // namespace

// One call of fit().
class Trainer::Fit {
 public:
  Fit(Trainer& trainer, const data::Dataset& train, FitOptions options);
  std::vector<EpochLog> run();

 private:
  void split_validation(const data::Dataset& train);
  void run_epoch();
  void end_epoch();
  EpochLog log_of_epoch();
  void begin_sums();
  int64_t step_samples() const;
  void look_at_limits();
  bool stopped() const { return !state_.stop_reason.empty() || !limit_.empty(); }
  bool done() const { return state_.epoch >= options_.epochs || stopped(); }
  void save();
  void stop_if_asked();

  Trainer& trainer_;
  FitOptions options_;
  data::Dataset train_;
  std::optional<data::Dataset> validation_;
  TrainState state_;
  TrainingClock clock_;
  // Beside what callbacks say, which checkpoints keep: when training goes on the limits may be
  // others.
  std::string limit_;
  int64_t saved_step_ = -1;
};

Trainer::Fit::Fit(Trainer& trainer, const data::Dataset& train, FitOptions options)
    : trainer_(trainer), options_(std::move(options)), state_{.model = trainer.model(),
                                                              .optimizer = trainer.optimizer(),
                                                              .metrics = trainer.options_.metrics} {
  check_options(options_);
  trainer_.check_parameters();
  split_validation(train);
  const int64_t size = train_.size(), batch = options_.batch_size;
  state_.epochs = options_.epochs;
  state_.batches_per_epoch = size / batch + (!options_.drop_last && size % batch != 0);
  check_in(state_.batches_per_epoch > 0, ErrorKind::usage, "drop_last",
           "leaves nothing of {} samples with a batch_size of {}", size, batch);
  const int64_t accumulate = trainer_.options_.accumulate,
                steps_per_epoch = (state_.batches_per_epoch + accumulate - 1) / accumulate;
  state_.total_steps = steps_per_epoch * options_.epochs;
  if (options_.max_steps > 0)
    state_.total_steps = std::min(state_.total_steps, options_.max_steps);
}

void Trainer::Fit::split_validation(const data::Dataset& train) {
  train_ = train;
  validation_ = options_.validation_data;
  if (!validation_ && options_.validation > 0) {
    const std::vector<data::Dataset> parts =
        data::split(train, {1 - options_.validation, options_.validation}, options_.split_seed);
    train_ = parts[0];
    validation_ = parts[1];
    check_in(!validation_->empty(), ErrorKind::usage, "validation",
             "{} of {} samples is not one; it should be a larger share", options_.validation,
             train.size());
  }
  check_in(train_.size() > 0, ErrorKind::invalid, "fit", "there are no samples to train on");
  trainer_.recipe_ = train_.recipe();
  check_in(!validation_ || !validation_->empty(), ErrorKind::usage, "validation_data",
           "has no samples");
}

std::vector<EpochLog> Trainer::Fit::run() {
  begin_sums();
  if (options_.resume)
    trainer_.restore(state_, *options_.resume, clock_);
  options_.resume.reset();  // a second copy of everything is not kept
  trainer_.each([&](Callback& c) { c.train_begin(state_); });
  trainer_.begin_training_mode();
  const struct EvaluationModeAfterwards {  // also after an Error
    Trainer& trainer;
    ~EvaluationModeAfterwards() { trainer.end_training_mode(); }
  } mode{trainer_};
  const InterruptScope interrupts;
  look_at_limits();
  while (state_.batch > 0 || !done())
    run_epoch();  // an epoch that was begun is ended
  if (state_.stop_reason.empty())
    state_.stop_reason = limit_;
  trainer_.each([&](Callback& c) { c.train_end(state_); });
  return state_.history;
}

void Trainer::Fit::run_epoch() {
  if (state_.batch == 0)
    clock_.start_epoch();
  trainer_.each([&](Callback& c) { c.epoch_begin(state_); });
  data::Loader loader(train_, {.batch_size = options_.batch_size,
                               .shuffle = true,
                               .seed = options_.seed,
                               .workers = options_.workers,
                               .drop_last = options_.drop_last,
                               .epoch = uint64_t(state_.epoch),
                               .start_batch = state_.batch});
  const int64_t accumulate = trainer_.options_.accumulate;
  const bool over =
      stopped();  // the checkpoint lies between the last step and the end of its epoch
  for (const data::Batch& batch : loader) {
    if (over)
      break;
    const bool last = state_.batch + 1 == state_.batches_per_epoch,
               stepped = (state_.batch + 1) % accumulate == 0 || last;
    trainer_.train_batch(state_, batch, double(step_samples()), stepped);
    trainer_.each([&](Callback& c) { c.batch_end(state_); });
    if (!stepped)
      continue;
    if (!last)
      stop_if_asked();
    const int64_t every = options_.checkpoint.every_steps;
    if (every > 0 && state_.step % every == 0 && !last)
      save();
    look_at_limits();
    if (stopped())
      break;
  }
  end_epoch();
}

// Of all batches that share the optimiser step of the next one.
int64_t Trainer::Fit::step_samples() const {
  const int64_t accumulate = trainer_.options_.accumulate, batch = options_.batch_size,
                first = state_.batch / accumulate * accumulate,
                batches = std::min(accumulate, state_.batches_per_epoch - first);
  return std::min(batches * batch, train_.size() - first * batch);
}

void Trainer::Fit::end_epoch() {
  trainer_.check_weights(state_);
  // A limit that ends an epoch in its middle may be another one when training goes on: what is
  // saved is the middle, from where the epoch can be gone on with.
  const bool cut = state_.stop_reason.empty() && state_.batch < state_.batches_per_epoch;
  if (cut) {
    save();
    saved_step_ = state_.step;
  }
  ++state_.epoch;
  trainer_.each([&](Callback& c) { c.evaluation_begin(state_); });
  state_.history.push_back(log_of_epoch());
  trainer_.each([&](Callback& c) { c.epoch_end(state_, state_.history.back()); });
  trainer_.each([&](Callback& c) { c.evaluation_end(state_); });
  state_.batch = 0;
  state_.running.clear();
  begin_sums();
  const CheckpointOptions& c = options_.checkpoint;
  const bool due =
      c.every_steps > 0 ? state_.step % c.every_steps == 0 : state_.epoch % c.every_epochs == 0;
  if (!cut && (done() || due)) {
    save();
    saved_step_ = state_.step;
  }
  stop_if_asked();  // also after the last epoch: what comes after training is for another time
}

EpochLog Trainer::Fit::log_of_epoch() {
  trainer_.refresh_running(state_);
  EpochLog log{.epoch = state_.epoch, .steps = state_.step, .seconds = 0, .values = state_.running};
  if (validation_) {
    const Evaluation seen = trainer_.evaluate(*validation_);
    if (!std::isfinite(seen.loss))
      throw Diverged(fmt::format(
          "after step {} (epoch {}) the loss on the validation data is not finite, while the "
          "weights are: the training has diverged, and a smaller learning rate or clip_norm may "
          "help, or {} holds values that are far too large",
          state_.step, state_.epoch, validation_->name()));
    log.values.emplace_back("val_loss", seen.loss);
    for (const auto& [name, value] : seen.values)
      log.values.emplace_back("val_" + name, value);
  }
  log.seconds = clock_.epoch();
  return log;
}

// Of the epoch: loss and metrics.
void Trainer::Fit::begin_sums() {
  for (TakenTurn& turn : trainer_.turns_)
    turn.epoch_loss = {};
  for (metrics::Metric& metric : trainer_.options_.metrics)
    metric.reset();
  trainer_.begun_late_.clear();
}

void Trainer::Fit::look_at_limits() {
  if (options_.max_steps > 0 && state_.step >= options_.max_steps)
    limit_ = fmt::format("{} steps are done (max_steps)", state_.step);
  if (options_.max_seconds > 0 && clock_.total() >= options_.max_seconds)
    limit_ = fmt::format("{:.6g} seconds are over (max_time)", options_.max_seconds);
}

void Trainer::Fit::save() {
  if (!options_.save_checkpoint)
    return;
  trainer_.check_weights(state_);
  options_.save_checkpoint(trainer_.checkpoint(state_, clock_));
}

void Trainer::Fit::stop_if_asked() {
  const int signal = interrupt_requested();
  if (!signal)
    return;
  if (saved_step_ != state_.step)
    save();
  throw Error(ErrorKind::interrupted, "",
              fmt::format("stopped by {} after step {}", interrupt_name(signal), state_.step));
}

std::vector<EpochLog> Trainer::fit(const data::Dataset& train, FitOptions options) {
  const Verbosity verbosity = options.verbosity;
  Fit fit(*this, train, std::move(options));
  struct Bar {  // among the callbacks while this fit() lasts
    std::vector<std::shared_ptr<Callback>>& callbacks;
    const size_t before = callbacks.size();
    ~Bar() { callbacks.resize(before); }
  } bar{options_.callbacks};
  if (verbosity != Verbosity::silent)
    bar.callbacks.push_back(std::make_shared<ProgressBar>(verbosity));
  return fit.run();
}

}  // namespace hebb
