// Trainer: the loop around a model, a loss and an optimiser. What it does step by step can be
// written by hand with the same result (examples/loop_and_fit.cc).
#pragma once

#include <concepts>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/metrics/metric.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/module.h"
#include "hebb/optim/adam.h"
#include "hebb/optim/param_groups.h"
#include "hebb/optim/schedule.h"
#include "hebb/train/callback.h"
#include "hebb/train/checkpoint.h"
#include "hebb/train/progress_bar.h"

namespace hebb {

struct TrainingClock;

struct TrainerOptions {
  Loss loss;
  optim::OptimizerFactory optimizer = optim::adam();
  std::vector<metrics::Metric> metrics = {};
  optim::Schedule schedule = {};
  double clip_norm = 0, clip_value = 0, clip_adaptive = 0;  // 0: gradients are not clipped
  std::vector<optim::ParamRule> parameters = {};  // options of some; `thaw` is a callback's (Thaw)
  int64_t accumulate = 1;  // batches per optimiser step: the step of one batch that holds them all
  std::vector<std::shared_ptr<Callback>> callbacks = {};
};

struct FitOptions {
  int64_t epochs = 10, batch_size = 64;
  bool drop_last = false;  // leave out an epoch's last batch when it is smaller than the others
  double validation = 0;   // this share of the data is set aside (0.1: a tenth)
  std::optional<data::Dataset> validation_data = {};  // or these are used
  int64_t max_steps = 0;                              // 0: no limit
  double max_seconds = 0;                             // 0: no limit
  int workers = 1;          // threads that load data; the result does not depend on it
  uint64_t seed = 0;        // of shuffling and augmentation; manual_seed() sets that of the model
  uint64_t split_seed = 0;  // of the share set aside
  Verbosity verbosity = Verbosity::automatic;
  std::optional<Checkpoint> resume = {};  // go on from here
  // Called when a checkpoint is due: by its options, at the end, and when the user or the system
  // asked to stop. Its tensors are those that are trained: they are to be written, or cloned,
  // before it returns.
  std::function<void(const Checkpoint&)> save_checkpoint = {};
  CheckpointOptions checkpoint = {};
};

struct Evaluation {
  int64_t samples = 0;
  double loss = 0;
  NamedValues values;  // of the metrics
};
std::ostream& operator<<(
    std::ostream& out,
    const Evaluation& evaluation);  // "10000 samples - loss: 0.3512 - accuracy: 0.8741"

class Trainer {
 public:
  template <std::derived_from<nn::Module> M>
  Trainer(M& model, TrainerOptions options)
      : Trainer(
            model, [&model](const Tensor& x) { return model(x); }, std::move(options)) {}

  // Trains; the model is left in evaluation mode. Layers that were put into eval() while the others
  // were training keep still, in a second fit() too; once the whole model is in evaluation mode,
  // net.train() and then layer.eval() freezes one. Error: a loss or weights that are not finite (it
  // names the layer where that began); a parameter that came after the Trainer; an interrupt (after
  // the step, when save_checkpoint has saved).
  std::vector<EpochLog> fit(const data::Dataset& train, FitOptions options = {});

  // In inference mode, without augmentation. Error: no samples.
  Evaluation evaluate(const data::Dataset& data, int64_t batch_size = 256);
  Tensor predict(
      const data::Dataset& data,
      int64_t batch_size = 256);  // the model's outputs, [samples, ...]; targets are not looked at
  Tensor predict(const Tensor& x);

  optim::Optimizer& optimizer() { return *optimizer_; }
  nn::Module& model() { return model_; }

 private:
  Trainer(nn::Module& model, std::function<Tensor(const Tensor&)> forward, TrainerOptions options);
  class Fit;
  void train_batch(TrainState& state, const Tensor& x, const Tensor& y, double step_samples);
  void take_step(TrainState& state);
  void note_batch(TrainState& state, const Tensor& output, const Tensor& y);
  void refresh_running(TrainState& state);
  void measure(std::vector<metrics::Metric>& metrics, const Tensor& output, const Tensor& y) const;
  [[noreturn]] void stop_at_nan(const TrainState& state, const Tensor& x);
  void check_weights(const TrainState& state);
  void check_parameters();
  void begin_training_mode();
  void end_training_mode();
  Checkpoint checkpoint(const TrainState& state, const TrainingClock& clock);
  void restore(TrainState& state, const Checkpoint& from, TrainingClock& clock);
  template <class F>
  void each(F&& f) {
    for (const auto& callback : options_.callbacks)
      f(*callback);
  }

  nn::Module& model_;
  std::function<Tensor(const Tensor&)> forward_;
  TrainerOptions options_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::vector<Tensor> trained_;   // what the optimiser was offered
  std::set<std::string> frozen_;  // paths of the modules that were in evaluation mode while the
                                  // last fit() trained the others
  double base_lr_;
  LossSum epoch_loss_, step_loss_;  // over the epoch's and the step's batches so far
  double step_scale_ = 1;           // what the step's gradients, which are sums, were divided by
  // Of the metrics, those that an epoch was not begun with: they begin with the next one.
  std::set<size_t> begun_late_;
  double asked_ = 0;  // when the running metrics were last computed
};

}  // namespace hebb
