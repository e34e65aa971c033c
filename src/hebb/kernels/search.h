// Attributes of kernels that search sorted numbers, find equal rows and list index tuples.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/device.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct SearchAttrs {
  bool out_int32 = false;
  bool right = false;  // behind equal elements, instead of before them
  HEBB_FIELDS(out_int32, right)
};
struct UniqueRowsAttrs {
  bool consecutive = false;  // only neighbours are compared, and the order stays
  HEBB_FIELDS(consecutive)
};
struct TupleAttrs {
  int64_t n = 0, r = 2;  // r of the numbers below n
  bool with_replacement = false;
  Device device = {};
  HEBB_FIELDS(n, r, with_replacement, device)
};

namespace kernel {
inline constexpr KernelId searchsorted{"searchsorted"};
inline constexpr KernelId unique_rows{"unique_rows"};
inline constexpr KernelId combination_indices{"combination_indices"};
}  // namespace kernel

}  // namespace hebb
