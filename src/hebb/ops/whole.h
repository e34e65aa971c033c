// Checks attributes that are numbers of the operands' dtype.
#pragma once

#include <cmath>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

// Error: the dtype is a 64-bit integer, and `value` has a fraction, is infinite, NaN or too large.
// Other dtypes take any value.
inline void check_whole(std::string_view what, double value, DType dtype) {
  const bool any = is_floating(dtype) || is_complex(dtype);
  check(any || (value == std::trunc(value) && std::fabs(value) < 0x1p63),
        "{} is {}, but for {} it should be a whole number of 64 bits", what, value, name(dtype));
}

}  // namespace hebb
