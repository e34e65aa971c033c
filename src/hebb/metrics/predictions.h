// From tensors to the plain labels and numbers that metrics are computed from.
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::metrics {

// What a model's outputs and a batch's targets say, sample by sample. For outputs of more
// dimensions every place is a sample.
struct Labels {
  int64_t classes = 0;
  std::vector<int64_t> y_true, y_pred;
};

// outputs [N, classes, ...]: the class of the largest logit (the first of equals), or [N] and [N,
// 1]: two classes, 1 where the logit is above 0. targets: labels [N, ...], or as many as outputs:
// probabilities of classes, whose largest counts.
Labels labels_of(const Tensor& outputs, const Tensor& targets);

// [N, classes, ...] as rows of classes, one per sample; with the true labels.
struct Scores {
  int64_t classes = 0;
  std::vector<int64_t> y_true;
  std::vector<double> y_score;  // [samples, classes] logits; [samples] for [N] and [N, 1]
};
Scores scores_of(const Tensor& outputs, const Tensor& targets);

}  // namespace hebb::metrics
