// Losses for rare classes and for areas: focal, Dice and Tversky. reduction: "mean", "sum" or
// "none".
#pragma once

#include <string>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct SigmoidFocalAttrs {
  double alpha = 0.25;  // the weight of what is true, less than 1; -1: no weights
  double gamma = 2;     // the power of what is missing from a certain answer
  std::string reduction = "none";
  HEBB_FIELDS(alpha, gamma, reduction)
};
struct FocalAttrs {
  double gamma = 2;
  int64_t ignore_index = -100;
  std::string reduction = "mean";
  HEBB_FIELDS(gamma, ignore_index, reduction)
};
struct DiceAttrs {
  double smooth = 1e-5;  // added to the overlap and to what it is divided by
  std::string reduction = "mean";
  HEBB_FIELDS(smooth, reduction)
};
struct TverskyAttrs {
  double alpha = 0.5, beta = 0.5;  // weights of what is wrongly found and of what is missed
  double smooth = 1e-5;
  std::string reduction = "mean";
  HEBB_FIELDS(alpha, beta, smooth, reduction)
};

// Binary cross-entropy of logits times (1 - p)^gamma, with p of what is true: of several labels.
// Source: torchvision.ops.sigmoid_focal_loss; Lin et al. 2017.
Tensor sigmoid_focal_loss(const Tensor& inputs, const Tensor& targets,
                          const SigmoidFocalAttrs& options = {});
// Cross-entropy of logits [N, C, ...] against classes [N, ...] times (1 - p)^gamma: of one class.
// The mean is over the targets that count, each by its class' weight [C]. Source: Lin et al. 2017.
Tensor focal_loss(const Tensor& input, const Tensor& target, const FocalAttrs& options = {},
                  const Tensor& weight = {});
// Of probabilities [N, C, ...] and a target of that shape, for each sample and class: 1 - (2 sum(p
// t) + smooth) / (sum(p) + sum(t) + smooth), [N, C] before reduction. Source: Milletari et al.
// 2016.
Tensor dice_loss(const Tensor& input, const Tensor& target, const DiceAttrs& options = {});
// The same with 1 - (sum(p t) + smooth) / (sum(p t) + alpha sum(p (1 - t)) + beta sum((1 - p) t) +
// smooth). Source: Salehi et al. 2017.
Tensor tversky_loss(const Tensor& input, const Tensor& target, const TverskyAttrs& options = {});

}  // namespace hebb
