// Whether a program's values are numbers: plans are for these only, since a function that a kernel
// takes along may answer NaN with a number (oneDNN's relu says 0).
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

// Of tensors on the CPU; what is not floating is finite.
bool is_finite(const Tensor& tensor);
bool has_nan(const Tensor& tensor);

}  // namespace hebb
