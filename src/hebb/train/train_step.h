// One optimiser step: forward, loss and backward of its batches, the penalty, clipping, and the
// write. Nothing is written where a loss is not finite.
//
//   step.begin(64);                       // samples
//   if (step.add(inputs, targets, 64))    // more than once: batches are accumulated
//     step.take(lr);
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "hebb/nn/loss.h"
#include "hebb/optim/optimizer.h"
#include "hebb/optim/penalty.h"
#include "hebb/tensor/tensor_dict.h"

namespace hebb {

struct TrainStepOptions {
  double clip_norm = 0, clip_value = 0, clip_adaptive = 0;  // 0: gradients are not clipped
  optim::Penalty penalty = {};  // once a step; no part of the loss that is reported
};

class TrainStep {
 public:
  struct Computed {
    LossValue loss;
    TensorDict outputs = {};  // that metrics look at
  };
  using Forward = std::function<Computed(const TensorDict& inputs, const TensorDict& targets)>;

  // still: parameters that get no gradient from this step.
  TrainStep(Forward forward, std::unique_ptr<optim::Optimizer> optimizer,
            const TrainStepOptions& options, std::vector<Tensor> still = {});

  // The gradients are gone. samples: of all batches of the step.
  void begin(double samples);
  // Forward, loss and backward of one batch. Gradients are added up as sums of losses over the
  // samples of the step; where another weight has come together, take() scales them. A batch of
  // weight 0 adds nothing. False: the loss is not finite.
  bool add(const TensorDict& inputs, const TensorDict& targets, int64_t samples);
  // Adds the penalty's gradient, clips and writes. Error (bug): after a loss that is not finite, or
  // without begin().
  // momentum: the optimiser's from here on; empty: it stays.
  void take(double lr, std::optional<double> momentum = {});

  optim::Optimizer& optimizer() { return *optimizer_; }
  double base_lr() const { return base_lr_; }  // what the optimiser was made with
  TensorDict take_outputs() { return std::exchange(outputs_, {}); }  // of the last batch, detached
  double batch_loss() const { return batch_loss_; }  // of the last batch; NaN is positive
  double batch_weight() const { return batch_weight_; }
  double loss() const;  // the mean over the step's batches so far; NaN where nothing counts

 private:
  Forward forward_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  TrainStepOptions options_;
  std::vector<Tensor> still_;
  double base_lr_;
  bool begun_ = false;
  bool alone_ = false;  // the last batch is all of the step
  double samples_ = 0;  // of the step
  double scale_ = 1;    // what the gradients, which are sums, were divided by
  LossSum sum_;         // over the step's batches so far
  double batch_loss_ = 0, batch_weight_ = 0;
  TensorDict outputs_;
};

}  // namespace hebb
