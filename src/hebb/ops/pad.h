// Adds elements around a tensor.
#pragma once

#include <string_view>

#include "hebb/tensor/tensor.h"

namespace hebb {

// pad: the number of elements before and behind the last dimension, then the one before it, ...
// ([left, right, top, bottom]). Negative numbers cut off. mode: "constant" (value), "reflect"
// (without repeating the edge), "replicate" (the edge), "circular". Any number of dimensions in
// every mode. Error: "reflect" with as much as the size or more, or "circular" with more than the
// size.
Tensor pad(const Tensor& input, const Dims& pad, std::string_view mode = "constant",
           double value = 0);

}  // namespace hebb
