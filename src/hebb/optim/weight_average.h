// Averages of weights over training, which often generalise better than the last ones: exponential
// (EMA: average = decay average + (1 - decay) weights; Polyak and Juditsky 1992) or plain (SWA;
// Izmailov et al. 2018). As torch.optim.swa_utils.AveragedModel.
//
//   optim::WeightAverage average(net.parameters(), {.decay = 0.999});
//   ... optimizer.step(); average.update(); ...
//   average.copy_to(net.parameters());
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::optim {

enum class AverageKind { ema, swa };

struct WeightAverageOptions {
  AverageKind kind = AverageKind::ema;
  double decay = 0.999;  // of ema, from 0 to below 1
};

class WeightAverage {
 public:
  // weights: parameters, and buffers where they are to be averaged, too. Those that are not
  // floating are copied. Error (usage): a decay out of its range.
  WeightAverage(std::vector<Tensor> weights, WeightAverageOptions options = {});

  // Takes in the weights as they are now; the first time it copies them.
  void update();
  int64_t updates() const { return updates_; }
  const std::vector<Tensor>& averages() const { return averages_; }

  // Writes the averages into tensors like the weights. Error: before the first update().
  void copy_to(const std::vector<Tensor>& weights) const;
  // Weights and averages change places; doing it twice changes nothing. Nothing happens before the
  // first update().
  void swap();
  bool swapped() const { return swapped_; }

  // For checkpoints: "n_averaged", "average.0", ...; the averages are the live ones.
  std::vector<std::pair<std::string, Tensor>> state() const;
  // Error (data): other names or shapes; nothing has changed then.
  void load_state(const std::vector<std::pair<std::string, Tensor>>& state);

 private:
  std::vector<Tensor> weights_, averages_;
  WeightAverageOptions options_;
  int64_t updates_ = 0;
  bool swapped_ = false;
};

}  // namespace hebb::optim
