// Values where the host can read them. Code above tensor/ reads memory through to_host() only.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

// The tensor itself on the CPU and on meta, else a copy on the CPU. Not an operator, so it is not
// recorded.
Tensor to_host(const Tensor& tensor);

// A copy in the device's memory, in the same strides. No kernel runs: what lies between the
// elements is copied, too.
Tensor copy_to(const Tensor& tensor, Device device);

}  // namespace hebb
