#include "hebb/tensor/type_info.h"

#include <cmath>

#include "hebb/base/check.h"

namespace hebb {
namespace {

// IEEE 754 and, of bf16, f32 without its last 16 bits: a sign, an exponent, a mantissa.
int exponent_bits_of(DType dtype) {
  switch (dtype) {
    case DType::f16:
      return 5;
    case DType::f64:
      return 11;
    default:
      return 8;
  }
}

}  // namespace

FloatInfo finfo(DType dtype) {
  check(is_floating(dtype), "finfo: {} is no floating type", name(dtype));
  FloatInfo out;
  out.bits = int(item_size(dtype)) * 8;
  out.exponent_bits = exponent_bits_of(dtype);
  out.mantissa_bits = out.bits - 1 - out.exponent_bits;
  const int largest = (1 << (out.exponent_bits - 1)) - 1;
  out.eps = std::ldexp(1.0, -out.mantissa_bits);
  out.max = std::ldexp(2 - out.eps, largest);
  out.tiny = std::ldexp(1.0, 1 - largest);
  return out;
}

}  // namespace hebb
