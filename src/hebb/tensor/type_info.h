// What a floating type can hold, as torch.finfo.
#pragma once

#include "hebb/tensor/dtype.h"

namespace hebb {

struct FloatInfo {
  int bits = 0, exponent_bits = 0, mantissa_bits = 0;
  double eps = 0;   // from 1 to the next larger number
  double max = 0;   // the largest finite number; min() is its negative
  double tiny = 0;  // the smallest positive normal number
};

FloatInfo finfo(DType dtype);  // Error: it is no floating type

}  // namespace hebb
