// Elementwise arithmetic. Operands broadcast; dtypes promote as torch.result_type; a plain number may stand for a tensor.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor add(const Tensor& input, const Tensor& other);
Tensor sub(const Tensor& input, const Tensor& other);   // not for bool
Tensor mul(const Tensor& input, const Tensor& other);
Tensor div(const Tensor& input, const Tensor& other);   // true division: integers give f32
Tensor neg(const Tensor& input);

inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }

}  // namespace hebb
