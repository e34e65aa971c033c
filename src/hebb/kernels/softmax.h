// Attributes that the kernels of softmax read.
#pragma once

#include <cstdint>
#include <optional>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

struct SoftmaxAttrs {
  int64_t dim = -1;
  std::optional<DType> dtype;  // the input is cast first
  HEBB_FIELDS(dim, dtype)
};

namespace kernel {
inline constexpr KernelId softmax{"softmax"};
inline constexpr KernelId softmax_backward{"softmax_backward"};
inline constexpr KernelId log_softmax{"log_softmax"};
inline constexpr KernelId log_softmax_backward{"log_softmax_backward"};
}  // namespace kernel

}  // namespace hebb
