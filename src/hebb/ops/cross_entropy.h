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

// The same for an input of log-probabilities (log_softmax), with class indices only.
Tensor nll_loss(const Tensor& input, const Tensor& target);
Tensor nll_loss(const Tensor& input, const Tensor& target, const ClassLossAttrs& options,
                const Tensor& weight = {});

}  // namespace hebb
