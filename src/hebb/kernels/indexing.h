// Attributes that the kernels of slicing read.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct SliceBackwardAttrs {
  Dims shape;  // of the tensor that was sliced; zeros outside the slice
  int64_t dim = 0, start = 0, stop = 0, step = 1;
  HEBB_FIELDS(shape, dim, start, stop, step)
};

namespace kernel {
inline constexpr KernelId slice_backward{"slice_backward"};
}  // namespace kernel

}  // namespace hebb
