// Attributes that the kernels of round read.
#pragma once

#include <cstdint>

#include "hebb/base/fields.h"

namespace hebb {

struct RoundAttrs {
  int64_t decimals = 0;  // digits to keep after the point; negative: zeros before it
  HEBB_FIELDS(decimals)
};

}  // namespace hebb
