// Attributes that the kernels of softmax read.
#pragma once

#include <cstdint>
#include <optional>

#include "hebb/base/fields.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

struct SoftmaxAttrs {
  int64_t dim = -1;
  std::optional<DType> dtype;  // the input is cast first
  HEBB_FIELDS(dim, dtype)
};

}  // namespace hebb
