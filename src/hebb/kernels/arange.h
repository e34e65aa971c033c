// Attributes that the kernel of arange reads.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/device.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

struct ArangeAttrs {
  double start = 0, end = 0, step = 1;
  std::optional<DType> dtype;  // left out: i64 where start, end and step are whole, else f32
  Device device = {};
  HEBB_FIELDS(start, end, step, dtype, device)
};

namespace kernel {
inline constexpr KernelId arange{"arange"};
}  // namespace kernel

}  // namespace hebb
