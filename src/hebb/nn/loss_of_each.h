// What losses are sample by sample, where samples have weights. For .cc files.
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

// [N, ...] -> [N].
Tensor sum_by_sample(const Tensor& values);
Tensor mean_by_sample(const Tensor& values);

// Of classes [N, ...]: how much each sample counts, the number of its targets that are not ignored,
// each by the weight of its class (empty: 1). Targets that are probabilities [N, C, ...] count by
// rows, also where classes have weights. The sum is what the mean of cross-entropy is divided by.
std::vector<double> counted_targets(const Tensor& target, int64_t ignore_index,
                                    const std::vector<double>& class_weights = {});

}  // namespace hebb
