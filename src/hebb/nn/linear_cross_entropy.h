// A linear layer and the cross-entropy of its scores as one: torch.nn.LinearCrossEntropyLoss.
// Operator: ops/cross_entropy.h. All scores are computed at once.
#pragma once

#include <optional>

#include "hebb/kernels/class_loss.h"
#include "hebb/nn/linear.h"

namespace hebb::nn {

struct LinearCrossEntropyOptions {
  Size in_features, num_classes;
  Dims out_features = {};  // places, each with scores of its own: targets [N, places...]
  bool bias = false;
  ClassLossAttrs loss = {};
};

// x [N, in_features] or [in_features], target as cross_entropy's -> the loss.
struct LinearCrossEntropyLoss : Module {
  Linear linear;                 // to classes times places, flat
  std::optional<Buffer> weight;  // [num_classes]: of each class
  explicit LinearCrossEntropyLoss(LinearCrossEntropyOptions options, const Tensor& weight = {});
  Tensor forward(const Tensor& x, const Tensor& target) const;
  std::string describe() const override;
  HEBB_FIELDS(linear, weight)

 private:
  LinearCrossEntropyOptions options_;
};

}  // namespace hebb::nn
