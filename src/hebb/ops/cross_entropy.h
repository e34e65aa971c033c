// Losses of class scores: cross-entropy of logits, negative log-likelihood of log-probabilities.
#pragma once

#include "hebb/kernels/class_loss.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// input: logits [N, C, ...] or [C]. target: class indices [N, ...] (integers), or probabilities of
// the input's shape (floating). weight [C]: of each class; the mean is weighted by the targets'
// weights then. Error: a target that is not a class; the message gives its position.
Tensor cross_entropy(const Tensor& input, const Tensor& target);
Tensor cross_entropy(const Tensor& input, const Tensor& target, const ClassLossAttrs& options,
                     const Tensor& weight = {});

// cross_entropy of input linear_weightᵀ + linear_bias: input [N, in] or [in], linear_weight [C,
// in], linear_bias [C]. With more dimensions, linear_weight [C, places..., in] and linear_bias [C,
// places...], the targets are [N, places...].
Tensor linear_cross_entropy(const Tensor& input, const Tensor& linear_weight, const Tensor& target,
                            const ClassLossAttrs& options = {}, const Tensor& linear_bias = {},
                            const Tensor& weight = {});

// The same as cross_entropy for an input of log-probabilities (log_softmax), with class indices
// only.
Tensor nll_loss(const Tensor& input, const Tensor& target);
Tensor nll_loss(const Tensor& input, const Tensor& target, const ClassLossAttrs& options,
                const Tensor& weight = {});

}  // namespace hebb
