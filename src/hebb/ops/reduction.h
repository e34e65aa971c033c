// What a loss does with the losses of its elements: reduction = "mean", "sum" or "none".
#pragma once

#include <string>

#include "hebb/tensor/tensor.h"

namespace hebb {

void check_reduction(const std::string& reduction);  // Error: names the three words
Tensor reduced(const Tensor& losses, const std::string& reduction);

}  // namespace hebb
