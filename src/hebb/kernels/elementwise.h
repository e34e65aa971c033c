// Elementwise kernels. Each operator is a row of their tables, by the entry's name.
#pragma once

#include "hebb/kernels/kernel_id.h"

namespace hebb::kernel {
inline constexpr KernelId elementwise{"elementwise"};
inline constexpr KernelId elementwise_scalar{
    "elementwise_scalar"};  // for operators without a vector row
}  // namespace hebb::kernel
