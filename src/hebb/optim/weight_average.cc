#include "hebb/optim/weight_average.h"

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/optim/state_number.h"

namespace hebb::optim {

WeightAverage::WeightAverage(std::vector<Tensor> weights, WeightAverageOptions options)
    : weights_(std::move(weights)), options_(options) {
  check_in(options_.decay >= 0 && options_.decay < 1, ErrorKind::usage, "ema",
           "decay is {}, should be at least 0 and below 1", options_.decay);
  NoGrad off;
  for (const Tensor& weight : weights_)
    averages_.push_back(weight.detach().clone());
}

void WeightAverage::update() {
  promise(!swapped_, "averages were updated while they were in use");
  NoGrad off;
  const bool ema = options_.kind == AverageKind::ema;
  const double share = ema ? 1 - options_.decay : 1 / double(updates_ + 1);
  for (size_t i = 0; i < weights_.size(); ++i) {
    Tensor& average = averages_[i];
    const Tensor weight = weights_[i].detach();
    if (updates_ == 0 || !is_floating(weight.dtype()))
      average.copy_(weight);
    else
      average.copy_(average + (weight - average) * share);
  }
  ++updates_;
}

void WeightAverage::copy_to(const std::vector<Tensor>& weights) const {
  check_in(updates_ > 0, ErrorKind::invalid, "average", "nothing was averaged yet");
  check_in(weights.size() == averages_.size(), ErrorKind::invalid, "average",
           "of {} tensors cannot be written into {}", averages_.size(), weights.size());
  NoGrad off;
  for (size_t i = 0; i < weights.size(); ++i)
    Tensor(weights[i]).copy_(averages_[i]);
}

void WeightAverage::swap() {
  if (updates_ == 0)
    return;
  NoGrad off;
  for (size_t i = 0; i < weights_.size(); ++i) {
    const Tensor weight = weights_[i].detach().clone();
    weights_[i].copy_(averages_[i]);
    averages_[i].copy_(weight);
  }
  swapped_ = !swapped_;
}

std::vector<std::pair<std::string, Tensor>> WeightAverage::state() const {
  promise(!swapped_, "averages were saved while they were in use");
  std::vector<std::pair<std::string, Tensor>> out{{"n_averaged", state_number(updates_)}};
  for (size_t i = 0; i < averages_.size(); ++i)
    out.emplace_back(fmt::format("average.{}", i), averages_[i]);
  return out;
}

void WeightAverage::load_state(const std::vector<std::pair<std::string, Tensor>>& state) {
  const auto own = this->state();
  check_in(state.size() == own.size(), ErrorKind::data, "average",
           "a checkpoint's state has {} tensors, should have {}", state.size(), own.size());
  std::vector<const Tensor*> values;
  for (const auto& [name, tensor] : own) {
    const Tensor* found = nullptr;
    for (const auto& [key, value] : state)
      if (key == name)
        found = &value;
    check_in(found && found->shape() == tensor.shape(), ErrorKind::data, "average",
             "a checkpoint's state has no '{}' of shape {}", name, to_string(tensor.shape()));
    values.push_back(found);
  }
  const int64_t updates = values[0]->item<int64_t>();
  check_in(updates >= 0, ErrorKind::data, "average", "a checkpoint's state counts {} updates",
           updates);
  NoGrad off;
  for (size_t i = 0; i < averages_.size(); ++i)
    averages_[i].copy_(*values[i + 1]);
  updates_ = updates;
}

}  // namespace hebb::optim
