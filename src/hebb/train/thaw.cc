#include "hebb/train/thaw.h"

#include <limits>

namespace hebb {

void Thaw::train_begin(TrainState& state) {
  waiting_.clear();
  for (const auto& [name, param] : state.model.named_parameters())
    if (const optim::ParamRule* rule = optim::rule_of(name, rules_);
        rule && rule->thaw > 0 && param.requires_grad())
      waiting_.emplace_back(param, rule->thaw);
  set(state.epoch);
}

void Thaw::epoch_begin(TrainState& state) {
  set(state.epoch);
}

void Thaw::train_end(TrainState&) {
  set(std::numeric_limits<int64_t>::max());
}

void Thaw::set(int64_t epoch) {
  for (auto& [param, thaw] : waiting_)
    param.requires_grad_(epoch >= thaw);
}

}  // namespace hebb
