// Values where the host can read them. Code above tensor/ that looks at memory looks at what
// to_host() gives.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

// The tensor itself on the CPU and on meta, else a copy on the CPU. No operator: nobody records it.
Tensor to_host(const Tensor& tensor);

// A copy in the device's memory, in the same strides. No kernel runs: a window with holes brings
// along what lies between its elements.
Tensor copy_to(const Tensor& tensor, Device device);

}  // namespace hebb
