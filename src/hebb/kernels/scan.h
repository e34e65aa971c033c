// Kernels that run along one dimension and carry a value; their attributes are AlongAttrs.
#pragma once

#include "hebb/kernels/kernel_id.h"

namespace hebb::kernel {

inline constexpr KernelId cummax{"cummax"};
inline constexpr KernelId cummin{"cummin"};
inline constexpr KernelId cumprod{"cumprod"};
inline constexpr KernelId logcumsumexp{"logcumsumexp"};

}  // namespace hebb::kernel
