// Copies values into another dtype, new memory, or another device.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor cast(const Tensor& input, DType dtype);         // itself when it has that dtype
Tensor clone(const Tensor& input);                     // contiguous, in new memory
Tensor to_device(const Tensor& input, Device device);  // itself when it is there

struct CastAttrs {
  DType dtype = DType::f32;
  HEBB_FIELDS(dtype)
};
struct ToDeviceAttrs {
  Device device = {};
  HEBB_FIELDS(device)
};

}  // namespace hebb
