// What the entries of unpooling and of fractional pooling and their kernels share.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct UnpoolAttrs {
  Dims size;  // spatial sizes of the result
  HEBB_FIELDS(size)
};
struct FractionalPoolAttrs {
  Dims kernel, size;  // of the windows, and spatial sizes of the result
  HEBB_FIELDS(kernel, size)
};

namespace kernel {
inline constexpr KernelId max_unpool{"max_unpool"};
inline constexpr KernelId fractional_max_pool{"fractional_max_pool"};
}  // namespace kernel

}  // namespace hebb
