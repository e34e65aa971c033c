// Attributes of operators that place elements by index tensors.
#pragma once

#include <string>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct ScatterReduceAttrs {
  int64_t dim = 0;
  std::string reduce;        // sum, prod, mean, amax, amin
  bool include_self = true;  // whether what input has at a place takes part
  HEBB_FIELDS(dim, reduce, include_self)
};

namespace kernel {
inline constexpr KernelId scatter_set{"scatter_set"};
inline constexpr KernelId scatter_combine{"scatter_combine"};
}  // namespace kernel

}  // namespace hebb
