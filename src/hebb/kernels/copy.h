// Kernels that copy values between layouts and dtypes.
#pragma once

#include "hebb/kernels/kernel_id.h"

namespace hebb::kernel {
inline constexpr KernelId copy{"copy"};
inline constexpr KernelId reshape_copy{"reshape_copy"};
}  // namespace hebb::kernel
