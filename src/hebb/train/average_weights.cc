#include "hebb/train/average_weights.h"

#include <utility>

#include "hebb/base/check.h"

namespace hebb {

AverageWeights::AverageWeights(AverageWeightsOptions options) : options_(options) {
  check_in(options_.start >= 0, ErrorKind::usage, "average", "start is {}, should be at least 0",
           options_.start);
}

void AverageWeights::train_begin(TrainState& state) {
  std::vector<Tensor> weights;
  for (const auto& [name, tensor] : state.model.state_dict())
    weights.push_back(tensor);
  average_.emplace(std::move(weights), options_.average);
  if (!loaded_.empty())
    average_->load_state(std::exchange(loaded_, {}));
  last_step_ = state.step;
}

void AverageWeights::batch_end(TrainState& state) {
  if (options_.average.kind != optim::AverageKind::ema || state.step == last_step_ ||
      state.epoch < options_.start)
    return;
  last_step_ = state.step;
  average_->update();
}

void AverageWeights::evaluation_begin(TrainState& state) {
  // state.epoch counts the epoch that has just ended.
  if (options_.average.kind == optim::AverageKind::swa && state.epoch > options_.start)
    average_->update();
  average_->swap();
}

void AverageWeights::evaluation_end(TrainState&) {
  if (average_->swapped())
    average_->swap();
}

void AverageWeights::train_end(TrainState& state) {
  if (average_->updates() == 0)
    return;
  std::vector<Tensor> weights;
  for (const auto& [name, tensor] : state.model.state_dict())
    weights.push_back(tensor);
  average_->copy_to(weights);
}

StateDict AverageWeights::state() {
  return average_ ? average_->state() : StateDict{};
}

void AverageWeights::load_state(const StateDict& state) {
  loaded_.clear();
  for (const auto& [name, tensor] : state)
    loaded_.emplace_back(name, tensor.clone());
}

}  // namespace hebb
