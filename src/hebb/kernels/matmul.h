// Products of matrices.
#pragma once

#include "hebb/kernels/kernel_id.h"

namespace hebb::kernel {
inline constexpr KernelId matmul{"matmul"};
inline constexpr KernelId linear{"linear"};
}  // namespace hebb::kernel
