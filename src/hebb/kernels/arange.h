// Attributes that the kernel of arange reads.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

struct ArangeAttrs {
  double start = 0, end = 0, step = 1;
  DType dtype = DType::i64;
  HEBB_FIELDS(start, end, step, dtype)
};

}  // namespace hebb
