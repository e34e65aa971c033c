// What a model's outputs are. The loss that trains it says so; classes and their probabilities
// follow from it, everywhere in the same way.
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

enum class Outputs : uint8_t {
  logits,         // cross_entropy, bce_with_logits
  probabilities,  // bce: a sigmoid is part of the model
  numbers         // mse and its like: of two classes 0 and 1 with one output, the nearer one
};

// What metrics take for them: logits, above 0 for class 1 where there is one output a sample. The
// targets of a regression are floating: its numbers stay as they are.
Tensor metric_outputs(const Tensor& outputs, const Tensor& targets, Outputs kind);

// Of classes: [samples, classes] in rows that sum to 1; one output a sample becomes two
// probabilities, of the classes 0 and 1.
std::vector<double> class_probabilities(const Tensor& outputs, Outputs kind);

}  // namespace hebb
