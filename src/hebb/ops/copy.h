// Copies of values that are not operators and not recorded. The dispatcher and state writes use
// them.
#pragma once

#include "hebb/kernels/kernel.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Copies values between layouts, dtypes and devices; the source is broadcast to the target's shape.
// Error: it does not broadcast.
void copy_values(const Tensor& from, const Tensor& to);
void check_copy(const Tensor& from, const Tensor& to);  // throws the same Error, copies nothing
// A new tensor on the same device, or another, in the same layout where that is dense, else
// row-major.
Tensor cast_values(const Tensor& tensor, DType dtype);
Tensor cast_values(const Tensor& tensor, DType dtype, Device device);
Dims cast_strides(const Dims& shape, const Dims& strides);  // the strides of that layout

Operand layout_of(const Tensor& tensor);  // as kernels see it

}  // namespace hebb
