// Kernels that compute element by element; an entry of theirs is a row of their tables, by its
// name.
#pragma once

#include "hebb/kernels/kernel_id.h"

namespace hebb::kernel {
inline constexpr KernelId elementwise{"elementwise"};
inline constexpr KernelId elementwise_scalar{"elementwise_scalar"};  // no row in vectors
}  // namespace hebb::kernel
