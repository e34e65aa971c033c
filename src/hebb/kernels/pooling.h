// What the entries of pooling and their kernels share. Everything has one value per spatial
// dimension; without a kernel the pooling is adaptive: the windows divide the input evenly.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

struct MaxPoolAttrs {
  Dims kernel, stride, padding, dilation;
  Dims size;  // spatial sizes: of the output; of the backward entries: of the input
  // The dtype of each maximum's index. i64: its position in the flattened spatial dimensions, as in
  // PyTorch; u8: its position within the window; none: no index.
  std::optional<DType> indices;
  HEBB_FIELDS(kernel, stride, padding, dilation, size, indices)
};

struct AvgPoolAttrs {
  Dims kernel, stride, padding, size;
  bool count_include_pad = true;
  std::optional<int64_t> divisor_override;
  HEBB_FIELDS(kernel, stride, padding, size, count_include_pad, divisor_override)
};

namespace kernel {
inline constexpr KernelId max_pool{"max_pool"};
inline constexpr KernelId max_pool_backward{"max_pool_backward"};
inline constexpr KernelId max_pool_pick{"max_pool_pick"};
inline constexpr KernelId avg_pool{"avg_pool"};
inline constexpr KernelId avg_pool_backward{"avg_pool_backward"};
}  // namespace kernel

}  // namespace hebb
