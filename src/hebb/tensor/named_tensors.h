// Tensors by name: what a file holds, operands and results by name, a state dict.
#pragma once

#include <map>
#include <string>

#include "hebb/tensor/tensor.h"

namespace hebb {

using NamedTensors = std::map<std::string, Tensor>;

}  // namespace hebb
