// Elementwise arithmetic. Operands broadcast; dtypes promote as torch.result_type; a plain number
// may stand for a tensor. Integers wrap around, but plain numbers that do not fit their dtype are
// refused (fits.h). An integer divided by zero gives 0.
#pragma once

#include <optional>
#include <string>

#include "hebb/kernels/arithmetic.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor add(const Tensor& input, const Tensor& other, double alpha = 1);  // input + alpha * other
// input - alpha * other; not for bool.
Tensor sub(const Tensor& input, const Tensor& other, double alpha = 1);
Tensor rsub(const Tensor& input, const Tensor& other, double alpha = 1);  // other - alpha input
Tensor mul(const Tensor& input, const Tensor& other);
// True division (integers give f32), or with rounding_mode "trunc" (towards zero) or "floor" (down)
// whole quotients.
Tensor div(const Tensor& input, const Tensor& other,
           const std::optional<std::string>& rounding_mode = {});
// div with "floor", without a gradient.
Tensor floor_divide(const Tensor& input, const Tensor& other);
// The remainder of a division that rounds towards zero. It has the sign of input.
Tensor fmod(const Tensor& input, const Tensor& other);
// The remainder of a division that rounds down, as Python's %. It has the sign of other.
Tensor remainder(const Tensor& input, const Tensor& other);
Tensor neg(const Tensor& input);
Tensor square(const Tensor& input);
Tensor pow(const Tensor& input, const Tensor& exponent);
Tensor atan2(const Tensor& input, const Tensor& other);  // the angle of (other, input), in radians
// NaN wins; equal elements share the gradient.
Tensor maximum(const Tensor& input, const Tensor& other);
Tensor minimum(const Tensor& input, const Tensor& other);
// Clamps input between min and max: numbers or tensors, of which one may be undefined. Gives max
// where min is larger.
Tensor clamp(const Tensor& input, const Tensor& min, const Tensor& max = {});
// input + weight * (end - input).
Tensor lerp(const Tensor& input, const Tensor& end, const Tensor& weight);
// input + value * tensor1 * tensor2.
Tensor addcmul(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2, double value = 1);
// input + value * tensor1 / tensor2.
Tensor addcdiv(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2, double value = 1);

inline Tensor operator+(const Tensor& a, const Tensor& b) {
  return add(a, b);
}
inline Tensor operator-(const Tensor& a, const Tensor& b) {
  return sub(a, b);
}
inline Tensor operator*(const Tensor& a, const Tensor& b) {
  return mul(a, b);
}
inline Tensor operator/(const Tensor& a, const Tensor& b) {
  return div(a, b);
}
inline Tensor operator%(const Tensor& a, const Tensor& b) {
  return remainder(a, b);
}

}  // namespace hebb
