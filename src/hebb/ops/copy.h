// Copies of values that are no operators: nobody records them. The dispatcher and state writes use
// them.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

// Copies values between layouts and dtypes; the source is broadcast to the target's shape. Error:
// it does not broadcast.
void copy_values(const Tensor& from, const Tensor& to);
Tensor cast_values(const Tensor& tensor,
                   DType dtype);  // a new tensor in the same layout where that is dense

}  // namespace hebb
