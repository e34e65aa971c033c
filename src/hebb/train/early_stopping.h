// Stops when a monitored value has not got better for some epochs, and puts the best weights back,
// whenever training ends by itself.
#pragma once

#include <optional>
#include <string>

#include "hebb/train/callback.h"

namespace hebb {

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  int64_t patience = 3;                       // epochs without getting better
  double min_delta = 0;                       // less than this is no improvement
  std::optional<bool> higher_is_better = {};  // empty: as the monitored metric says
  bool restore_best = true;
};

class EarlyStopping : public Callback {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options = {});
  void train_begin(TrainState& state) override;
  void epoch_end(TrainState& state, EpochLog& log) override;
  void train_end(TrainState& state) override;
  std::string name() const override { return "early_stopping"; }
  StateDict state() override;
  void load_state(const StateDict& state) override;

  int64_t best_epoch() const { return best_epoch_; }  // from 1; 0 before the first epoch's end
  double best_value() const { return best_; }         // NaN before that

 private:
  EarlyStoppingOptions options_;
  double best_;
  int64_t best_epoch_ = 0, waited_ = 0;
  bool loaded_ = false;  // from the checkpoint that the next training goes on from
  StateDict best_weights_;
};

}  // namespace hebb
