// Tensors by name: what files hold, what operators take and answer by name, what a state dict is.
#pragma once

#include <map>
#include <string>

#include "hebb/tensor/tensor.h"

namespace hebb {

using NamedTensors = std::map<std::string, Tensor>;

}  // namespace hebb
