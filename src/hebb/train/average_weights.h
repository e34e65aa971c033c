// A callback that averages a model's weights over training (optim/weight_average.h). What is
// validated, kept as the best and left in the model at the end are the averages; training itself
// goes on from the weights, and checkpoints hold both.
//
//   trainer options: .callbacks = {std::make_shared<AverageWeights>(...), ...}   before
//   EarlyStopping
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hebb/optim/weight_average.h"
#include "hebb/train/callback.h"

namespace hebb {

struct AverageWeightsOptions {
  optim::WeightAverageOptions average = {};
  // EMA takes in the weights after every step, SWA after every epoch; both from this epoch on,
  // counted from 0.
  int64_t start = 0;
};

// From a line of a configuration: "ema 0.999", "swa 20". Error (usage): an unknown word or
// argument.
std::shared_ptr<Callback> parse_average(std::string_view line);

// Averaged are all floating tensors of the state dict: parameters, and the statistics of batch
// normalisation.
class AverageWeights : public Callback {
 public:
  explicit AverageWeights(AverageWeightsOptions options = {});  // Error (usage): options.start < 0

  void train_begin(TrainState& state) override;
  void batch_end(TrainState& state) override;
  void evaluation_begin(TrainState& state) override;
  void evaluation_end(TrainState& state) override;
  void train_end(TrainState& state) override;
  std::string name() const override { return "average"; }
  StateDict state() override;
  void load_state(const StateDict& state) override;

 private:
  AverageWeightsOptions options_;
  std::optional<optim::WeightAverage> average_;
  StateDict loaded_;       // until training begins
  int64_t last_step_ = 0;  // that was taken in
};

}  // namespace hebb
