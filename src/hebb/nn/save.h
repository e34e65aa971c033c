// A model's weights as a safetensors file, by the names of its state dict: PyTorch's load as they
// are.
#pragma once

#include <string>

#include "hebb/nn/module.h"
#include "hebb/tensor/named_tensors.h"

namespace hebb {

void save(nn::Module& model,
          const std::string& path);  // whole or not at all. Error: not writable, disk full
// Error: the file is no safetensors file, or its weights do not belong to the model (missing,
// unexpected, other shapes), or are not finite.
void load(nn::Module& model, const std::string& path);

// Error: a weight is NaN or infinite; what comes of such a model looks like a prediction and is
// none.
void check_finite(const NamedTensors& weights, const std::string& where);

}  // namespace hebb
