// A model's weights as a safetensors file, by the names of its state dict: PyTorch's load as they
// are.
#pragma once

#include <string>

#include "hebb/nn/module.h"

namespace hebb {

void save(nn::Module& model,
          const std::string& path);  // whole or not at all. Error: not writable, disk full
struct LoadOptions {
  bool strict = true;  // false: missing and unexpected weights are reported instead of refused
};

// Error: the file is no safetensors file, or its weights do not belong to the model (missing,
// unexpected, other shapes; the last also when not strict) or are not finite. Nothing is changed
// then.
//   const nn::LoadReport report = load(net, "backbone.safetensors", {.strict = false});
//   std::cout << report.to_string();   // missing keys: head.weight, head.bias
nn::LoadReport load(nn::Module& model, const std::string& path, const LoadOptions& options = {});

}  // namespace hebb
