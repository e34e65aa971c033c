// What a model's outputs mean. The loss that trains it says what they are; classes and their
// probabilities follow from it, everywhere in the same way.
#pragma once

#include <span>
#include <vector>

#include "hebb/nn/loss.h"

namespace hebb {

// What metrics take for them: logits, above 0 for class 1 where there is one output a sample. The
// targets of a regression are floating: its numbers stay as they are.
Tensor metric_outputs(const Tensor& outputs, const Tensor& targets, Outputs kind);

// Of classes: [samples, classes] in rows that sum to 1; one output a sample becomes two
// probabilities, of the classes 0 and 1.
std::vector<double> class_probabilities(const Tensor& outputs, Outputs kind);

// The class that is named: the likeliest one; of two, the second where its probability is above the
// threshold.
int64_t named_class(std::span<const double> probabilities, double threshold);

}  // namespace hebb
