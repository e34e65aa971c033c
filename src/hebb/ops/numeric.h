// Elementwise: signs, neighbours, exponents, shifts and divisors of numbers, and how close two
// tensors are. Operands broadcast.
#pragma once

#include <optional>
#include <utility>

#include "hebb/kernels/special.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor positive(const Tensor& input);  // input itself. Error: it is bool
Tensor deg2rad(const Tensor& input);
Tensor rad2deg(const Tensor& input);
Tensor float_power(const Tensor& input, const Tensor& exponent);  // in f64, or c128
Tensor hypot(const Tensor& input, const Tensor& other);  // sqrt(x^2 + y^2), also of large numbers
Tensor copysign(const Tensor& input, const Tensor& other);  // |input| with the sign of other
Tensor signbit(const Tensor& input);                        // bool; holds for -0.0
Tensor fmax(const Tensor& input, const Tensor& other);      // the larger; a number wins over NaN
Tensor fmin(const Tensor& input, const Tensor& other);
// 0 below 0, 1 above it, `values` at 0.
Tensor heaviside(const Tensor& input, const Tensor& values);
// The next number of the dtype from input towards other.
Tensor nextafter(const Tensor& input, const Tensor& other);
Tensor ldexp(const Tensor& input, const Tensor& other);  // input 2^other
// Gives mantissa, whose size is from 0.5 to 1, and exponent (i32): input = mantissa 2^exponent.
std::pair<Tensor, Tensor> frexp(const Tensor& input);
// NaN and infinities replaced: by 0, and the dtype's largest and smallest number, unless told.
Tensor nan_to_num(const Tensor& input, std::optional<double> nan = {},
                  std::optional<double> posinf = {}, std::optional<double> neginf = {});

Tensor isposinf(const Tensor& input);
Tensor isneginf(const Tensor& input);
Tensor isreal(const Tensor& input);  // whether the imaginary part is 0
// |input - other| <= atol + rtol |other|; equal infinities are close.
Tensor isclose(const Tensor& input, const Tensor& other, double rtol = 1e-5, double atol = 1e-8,
               bool equal_nan = false);
// Whether all elements are close: a bool without dimensions.
Tensor allclose(const Tensor& input, const Tensor& other, double rtol = 1e-5, double atol = 1e-8,
                bool equal_nan = false);
// Whether shapes and all elements are the same: a bool without dimensions.
Tensor equal(const Tensor& input, const Tensor& other);

Tensor gcd(const Tensor& input, const Tensor& other);  // of integers, at least 0
Tensor lcm(const Tensor& input, const Tensor& other);
// Bits that leave are lost; a shift by less than 0 or by all bits gives what all bits' shift does.
Tensor bitwise_left_shift(const Tensor& input, const Tensor& other);
Tensor bitwise_right_shift(const Tensor& input, const Tensor& other);

}  // namespace hebb
