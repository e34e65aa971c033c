// Weights that are no numbers: what is computed from them looks like a result and is none.
#pragma once

#include <string>

#include "hebb/nn/module.h"

namespace hebb::nn {

bool all_finite(const Tensor& tensor);
double largest_magnitude(const Tensor& tensor);  // 0 where there are no values

// The name of the first of these tensors that spoils the model, or nothing: a parameter that is not
// finite, or a buffer that holds NaN. (A buffer may be infinite: a mask of -inf.)
std::string first_not_finite(Module& model, const StateDict& weights);

// Error (data): there is one. where: the file.
void check_finite(Module& model, const StateDict& weights, const std::string& where);

}  // namespace hebb::nn
