// Losses of detectors, which learn a class and a box at once: sums of both, of sampled places.
// Distances of boxes are smooth_l1_loss, of offsets as a detector codes them.
#pragma once

#include <cstdint>

#include "hebb/tensor/tensor.h"

namespace hebb {

struct BoxLossOptions {
  double box_weight = 1;  // of the boxes beside the classes
  double beta = 1.0 / 9;  // of smooth_l1_loss
};

// Of a region proposal network: binary cross-entropy of objectness [N] (logits), plus the distances
// of deltas [N, 4] from target_deltas [N, 4] where there is an object. labels [N]: 1 an object, 0
// none, -1 does not count. Both are divided by the number of labels that count; 0 where none does.
// Error: sizes that do not fit. Source: Ren et al. 2015, equation 1.
Tensor rpn_loss(const Tensor& objectness, const Tensor& deltas, const Tensor& labels,
                const Tensor& target_deltas, const BoxLossOptions& options = {});

// Of a detector's head: cross-entropy of class_logits [N, C], plus the distances of the boxes of
// the true class from target_deltas [N, 4] where it is not 0, the background. deltas: [N, 4 C], for
// each class, or [N, 4]. Both are divided by N. Error: sizes that do not fit, no samples. Source:
// Girshick 2015, equation 1.
Tensor detection_loss(const Tensor& class_logits, const Tensor& deltas, const Tensor& labels,
                      const Tensor& target_deltas, const BoxLossOptions& options = {});

}  // namespace hebb
