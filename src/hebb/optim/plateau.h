// Learning rates that fall when a measure no longer gets better, as
// torch.optim.lr_scheduler.ReduceLROnPlateau: a schedule for Trainer and configurations, which is a
// function of what was measured so far, and a class for loops of one's own.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/optim/schedule.h"

namespace hebb::optim {

struct PlateauOptions {
  enum class Mode { min, max };
  enum class ThresholdMode { rel, abs };
  double factor = 0.1;
  int64_t patience = 10;  // epochs that may be no better, before it falls with the next one
  Mode mode = Mode::min;  // min: smaller is better
  double threshold = 1e-4;
  ThresholdMode threshold_mode = ThresholdMode::rel;
  int64_t cooldown = 0;  // epochs after a fall that are not counted
  double min_lr = 0;
  double eps = 1e-8;                 // a smaller fall is none
  std::string monitor = "val_loss";  // in a Trainer: the measure
  HEBB_FIELDS(factor, patience, mode, threshold, threshold_mode, cooldown, min_lr, eps, monitor)
  static constexpr Note notes[] = {
      {.field = "factor",
       .place = 1,
       .above = 0,
       .below = 1,
       .what = "what the learning rate is multiplied by"},
      {.field = "patience",
       .place = 2,
       .at_least = 0,
       .what = "epochs that may be no better, before it falls with the next one"},
      {.field = "mode", .what = "which measure is better: the smaller or the larger one"},
      {.field = "threshold", .at_least = 0, .what = "by how much it has to be better"},
      {.field = "threshold_mode", .what = "as a share of the best one, or as it is"},
      {.field = "cooldown", .at_least = 0, .what = "epochs after a fall that are not counted"},
      {.field = "min_lr", .aliases = {"eta_min"}, .at_least = 0, .what = "it falls no further"},
      {.field = "eps", .at_least = 0, .what = "a smaller fall is none"},
      {.field = "monitor", .what = "the measure: val_loss, loss, or a metric as logs name it"}};
};
std::span<const std::string_view> words_of(PlateauOptions::Mode);
std::span<const std::string_view> words_of(PlateauOptions::ThresholdMode);

// For Trainer, which gives it the monitor's values. PyTorch's list of min_lr is one of groups:
// ParamGroup::min_lr.
Schedule reduce_on_plateau(PlateauOptions options = {});

// For a loop of one's own: step(val_loss) after every epoch.
class ReduceLROnPlateau {
 public:
  // The optimiser must outlive it.
  ReduceLROnPlateau(Optimizer& optimizer, PlateauOptions options = {});
  void step(double metric);

  // For checkpoints, by PyTorch's names: "best", "num_bad_epochs", "cooldown_counter", and the
  // learning rate "last_lr".
  std::vector<std::pair<std::string, Tensor>> state() const;
  // Error (data): a number is missing or out of its range.
  void load_state(const std::vector<std::pair<std::string, Tensor>>& state);

 private:
  Optimizer& optimizer_;
  PlateauOptions options_;
  double best_;
  int64_t bad_ = 0, cooling_ = 0;
};

}  // namespace hebb::optim
