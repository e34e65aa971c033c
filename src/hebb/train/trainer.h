// Trainer: the loop around a model, a loss and an optimiser. What it does step by step can be
// written by hand with the same result (examples/loop_and_fit.cc).
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hebb/data/batch.h"
#include "hebb/data/dataset.h"
#include "hebb/metrics/metric.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/model.h"
#include "hebb/optim/adam.h"
#include "hebb/optim/param_groups.h"
#include "hebb/optim/schedule.h"
#include "hebb/tasks/turn.h"
#include "hebb/train/callback.h"
#include "hebb/train/checkpoint.h"
#include "hebb/train/progress_bar.h"
#include "hebb/train/train_step.h"

namespace hebb {

struct TrainingClock;

struct TrainerOptions {
  Loss loss = {};
  optim::OptimizerFactory optimizer = optim::adam();
  std::vector<metrics::Metric> metrics = {};
  optim::Schedule schedule = {};
  double clip_norm = 0, clip_value = 0, clip_adaptive = 0;  // 0: gradients are not clipped
  optim::Penalty penalty = {};  // of the weights; no part of the loss that is reported
  std::vector<optim::ParamRule> parameters = {};  // options of some; `thaw` is a callback's (Thaw)
  int64_t accumulate = 1;  // batches per optimiser step: the step of one batch that holds them all
  std::vector<std::shared_ptr<Callback>> callbacks = {};
  // Instead of loss and optimizer, where a model is several that are trained by turns: each batch
  // is used for every turn, in this order. "loss" is the sum of theirs, and each is shown as
  // PART_loss. The schedule is that of all of them, each from its own learning rate.
  std::vector<Turn> turns = {};
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
  // model: any module, of any signature (nn/model.h). Metrics see its first output and the batch's
  // first target. It outlives the Trainer.
  Trainer(nn::Model model, TrainerOptions options);

  // Trains; the model is left in evaluation mode. Layers that were put into eval() while the others
  // were training keep still, in a second fit() too; once the whole model is in evaluation mode,
  // net.train() and then layer.eval() freezes one. Error: a loss or weights that are not finite (it
  // names the layer where that began); a parameter that came after the Trainer; an interrupt (after
  // the step, when save_checkpoint has saved).
  std::vector<EpochLog> fit(const data::Dataset& train, FitOptions options = {});

  // In inference mode, without augmentation. Where the data's recipe changes targets, metrics are
  // in the unit of the data, and the loss is that of the changed ones. Error: no samples.
  Evaluation evaluate(const data::Dataset& data, int64_t batch_size = 256);
  // The model's output, [samples, ...], in the unit of the targets, which are not looked at. Error
  // (invalid): it gives several.
  Tensor predict(const data::Dataset& data, int64_t batch_size = 256);
  // By name; several are as the model gives them.
  TensorDict predict_all(const data::Dataset& data, int64_t batch_size = 256);
  Tensor predict(const Tensor& x);
  TensorDict predict(const TensorDict& inputs);

  optim::Optimizer& optimizer() { return turns_[0].step.optimizer(); }  // of turns, the first's
  nn::Module& model() { return model_.module(); }

 private:
  class Fit;
  struct TakenTurn {  // an ordinary training is a single one, without a name
    std::string name;
    TrainStep step;
    LossSum epoch_loss = {};  // over the epoch's batches so far
    // "discriminator" in front of what belongs to one of several.
    std::string prefixed(const std::string& word, char with) const {
      return name.empty() ? word : name + with + word;
    }
  };
  std::vector<optim::ParamGroup> groups();  // of a single model
  void make_turns();
  // Forward, backward and, where the step ends with it, the write.
  void train_batch(TrainState& state, const data::Batch& batch, double step_samples, bool ends);
  void note_batch(TrainState& state, const TensorDict& outputs, const TensorDict& targets);
  void refresh_losses(TrainState& state) const;
  void refresh_running(TrainState& state);
  // In the unit of the data, to which the recipe leads back.
  void measure(std::vector<metrics::Metric>& metrics, const Tensor& output,
               const TensorDict& targets, const data::Recipe& recipe) const;
  Evaluation evaluate_turns(const data::Dataset& data, int64_t batch_size);
  [[noreturn]] void stop_at_nan(const TrainState& state, const TakenTurn& turn,
                                const TensorDict& inputs, const TensorDict& targets);
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

  nn::Model model_;
  TrainerOptions options_;
  std::vector<TakenTurn> turns_;
  std::vector<Tensor> trained_;   // what the optimisers were offered
  std::set<std::string> frozen_;  // paths of the modules that were in evaluation mode while the
                                  // last fit() trained the others
  data::Recipe recipe_;           // of the data that fit() trains on
  // Of the metrics, those that an epoch was not begun with: they begin with the next one.
  std::set<size_t> begun_late_;
  double asked_ = 0;  // when the running metrics were last computed
};

}  // namespace hebb
