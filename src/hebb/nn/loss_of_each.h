// What losses are sample by sample, where samples have weights, and what they count. For .cc files.
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/nn/loss.h"

namespace hebb {

// [N, ...] -> [N].
Tensor sum_by_sample(const Tensor& values);
Tensor mean_by_sample(const Tensor& values);

// Of classes [N, ...]: how much each sample counts, the number of its targets that are not ignored,
// each by the weight of its class (empty: 1). Targets that are probabilities [N, C, ...] count by
// rows, also where classes have weights. The sum is what the mean of cross-entropy is divided by.
std::vector<double> counted_targets(const Tensor& target, int64_t ignore_index,
                                    const std::vector<double>& class_weights = {});

// A loss against classes, cross_entropy or nll_loss, that knows what it counts. weight: [C], of
// each class; undefined: all count 1.
using ClassLossFunction = Tensor (*)(const Tensor& output, const Tensor& target,
                                     const ClassLossAttrs& options, const Tensor& weight);
Loss loss_of_classes(ClassLossFunction function, const ClassLossAttrs& options,
                     const Tensor& weight = {});

}  // namespace hebb
