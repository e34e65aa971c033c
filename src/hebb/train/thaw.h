// A callback that leaves parameters untouched for their first epochs: those of rules with `thaw`
// (optim/param_groups.h). An optimiser counts their steps from there on.
#pragma once

#include <vector>

#include "hebb/optim/param_groups.h"
#include "hebb/train/callback.h"

namespace hebb {

class Thaw : public Callback {
 public:
  explicit Thaw(std::vector<optim::ParamRule> rules) : rules_(std::move(rules)) {}
  void train_begin(TrainState& state) override;
  void epoch_begin(TrainState& state) override;
  void train_end(TrainState& state) override;  // what was still frozen may be trained again

 private:
  void set(int64_t epoch);
  std::vector<optim::ParamRule> rules_;
  std::vector<std::pair<Tensor, int64_t>> waiting_;  // until which epoch
};

}  // namespace hebb
