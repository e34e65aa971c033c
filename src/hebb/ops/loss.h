// Losses between an input and a target of one shape (they broadcast). reduction: "mean", "sum" or
// "none". Losses of class scores are in ops/cross_entropy.h.
#pragma once

#include <string>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct LossAttrs {
  std::string reduction = "mean";
  HEBB_FIELDS(reduction)
};
struct SmoothL1Attrs {
  std::string reduction = "mean";
  double beta = 1;  // where the square becomes a straight line; 0: l1_loss
  HEBB_FIELDS(reduction, beta)
};
struct HuberAttrs {
  std::string reduction = "mean";
  double delta = 1;  // as beta, but with a line of slope delta
  HEBB_FIELDS(reduction, delta)
};
struct KlDivAttrs {
  std::string reduction = "mean";  // also "batchmean": the sum over the size of the first
                                   // dimension, the divergence's definition
  bool log_target = false;         // the target is given as logarithms too
  HEBB_FIELDS(reduction, log_target)
};

// weight: of the input's shape, one for each error. The means of mse_loss and l1_loss divide by its
// sum, that of huber_loss by the number of errors, as PyTorch's do.
Tensor mse_loss(const Tensor& input, const Tensor& target);  // (input - target)²
Tensor mse_loss(const Tensor& input, const Tensor& target, const LossAttrs& options,
                const Tensor& weight = {});
Tensor l1_loss(const Tensor& input, const Tensor& target);  // |input - target|
Tensor l1_loss(const Tensor& input, const Tensor& target, const LossAttrs& options,
               const Tensor& weight = {});
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target);
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, const SmoothL1Attrs& options);
Tensor huber_loss(const Tensor& input, const Tensor& target);
Tensor huber_loss(const Tensor& input, const Tensor& target, const HuberAttrs& options,
                  const Tensor& weight = {});
// input: probabilities; target: 0 to 1. Logarithms are kept above -100. weight: one per element,
// broadcast.
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target);
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const LossAttrs& options,
                            const Tensor& weight = {});
// The same for sigmoid(input), without overflow. pos_weight: weight of positive targets, broadcast.
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target);
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const LossAttrs& options, const Tensor& weight = {},
                                        const Tensor& pos_weight = {});
// input: log-probabilities. target (log target - input), 0 where target is 0.
Tensor kl_div(const Tensor& input, const Tensor& target);
Tensor kl_div(const Tensor& input, const Tensor& target, const KlDivAttrs& options);

}  // namespace hebb
