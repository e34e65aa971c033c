// Elementwise arithmetic. Operands broadcast; dtypes promote as torch.result_type; a plain number
// may stand for a tensor. Integers wrap around (but fits.h refuses numbers that they do not hold);
// an integer divided by zero gives 0.
#pragma once

#include <optional>
#include <string>

#include "hebb/kernels/arithmetic.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor add(const Tensor& input, const Tensor& other, double alpha = 1);  // input + alpha * other
Tensor sub(const Tensor& input, const Tensor& other,
           double alpha = 1);  // input - alpha * other; not for bool
Tensor mul(const Tensor& input, const Tensor& other);
// True division (integers give f32), or with rounding_mode "trunc" (towards zero) or "floor" (down)
// whole quotients.
Tensor div(const Tensor& input, const Tensor& other,
           const std::optional<std::string>& rounding_mode = {});
Tensor floor_divide(const Tensor& input,
                    const Tensor& other);  // div with "floor", without a gradient
Tensor fmod(const Tensor& input,
            const Tensor& other);  // the rest of a division towards zero: the sign of input
Tensor remainder(
    const Tensor& input,
    const Tensor& other);  // the rest of a division down, as Python's %: the sign of other
Tensor neg(const Tensor& input);
Tensor square(const Tensor& input);
Tensor pow(const Tensor& input, const Tensor& exponent);
Tensor atan2(const Tensor& input, const Tensor& other);  // the angle of (other, input), in radians
Tensor maximum(const Tensor& input,
               const Tensor& other);  // NaN wins; equal elements share the gradient
Tensor minimum(const Tensor& input, const Tensor& other);
// Kept between min and max, of which one may be undefined; max where min is larger. Numbers or
// tensors.
Tensor clamp(const Tensor& input, const Tensor& min, const Tensor& max = {});
Tensor lerp(const Tensor& input, const Tensor& end,
            const Tensor& weight);  // input + weight * (end - input)
Tensor addcmul(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2,
               double value = 1);  // input + value * tensor1 * tensor2
Tensor addcdiv(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2,
               double value = 1);  // input + value * tensor1 / tensor2

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

}  // namespace hebb
