// Attributes that the kernels of reductions read.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

struct ReduceAttrs {
  Dims dim;  // empty: all dimensions
  bool keepdim = false;
  std::optional<DType> dtype;
  HEBB_FIELDS(dim, keepdim, dtype)
};

}  // namespace hebb
