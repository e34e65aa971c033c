#include "hebb/train/average_weights.h"

#include <utility>

#include "hebb/base/check.h"
#include "hebb/base/family.h"

namespace hebb {
namespace {

struct EmaOptions {
  double decay = 0.999;
  int64_t start = 0;
  HEBB_FIELDS(decay, start)
  static constexpr Note notes[] = {
      {.field = "decay",
       .place = 1,
       .at_least = 0,
       .below = 1,
       .what = "how much of the average stays in every step"},
      {.field = "start", .place = 2, .at_least = 0, .what = "the epoch from which on, from 0"}};
};
struct SwaOptions {
  int64_t start = 0;
  HEBB_FIELDS(start)
  static constexpr Note notes[] = {{.field = "start",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 0,
                                    .what = "the epoch from which on, from 0"}};
};

struct AverageEntry {
  std::string_view name, what;
  const OptionsType* options;
  AverageWeightsOptions (*make)(const void* options);
};

AverageWeightsOptions ema_of(const void* options) {
  const auto& o = as<EmaOptions>(options);
  return {.average = {.decay = o.decay}, .start = o.start};
}
AverageWeightsOptions swa_of(const void* options) {
  return {.average = {.kind = optim::AverageKind::swa}, .start = as<SwaOptions>(options).start};
}

constexpr AverageEntry ema{"ema", "fading, of all steps", &options_type<EmaOptions>, ema_of};
constexpr AverageEntry swa{"swa", "plain, of epochs", &options_type<SwaOptions>, swa_of};

}  // namespace

std::shared_ptr<Callback> parse_average(std::string_view line) {
  static const Family<AverageEntry> averages("average", {&ema, &swa});
  return averages.parse(line, [](const AverageEntry& entry, const void* options) {
    return std::make_shared<AverageWeights>(entry.make(options));
  });
}

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
