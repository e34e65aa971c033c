// Kernels that count their output elements. After the outputs they get an int64_t for the count.
#pragma once

#include "hebb/kernels/kernel_id.h"

namespace hebb::kernel {

inline constexpr KernelId nonzero{"nonzero"};
inline constexpr KernelId unique{"unique"};

}  // namespace hebb::kernel
