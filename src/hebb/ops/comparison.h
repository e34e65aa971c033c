// Comparisons, logic and predicates, which give bool; the choice between two operands; bitwise
// operators. Operands broadcast.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor eq(const Tensor& input, const Tensor& other);
Tensor ne(const Tensor& input, const Tensor& other);
Tensor lt(const Tensor& input, const Tensor& other);
Tensor le(const Tensor& input, const Tensor& other);
Tensor gt(const Tensor& input, const Tensor& other);
Tensor ge(const Tensor& input, const Tensor& other);

// Elementwise: x > 3. For equality use eq and ne.
// Element by element, as all of these; Tensor::same() asks whether it is the same tensor.
inline Tensor operator==(const Tensor& a, const Tensor& b) {
  return eq(a, b);
}
inline Tensor operator!=(const Tensor& a, const Tensor& b) {
  return ne(a, b);
}
inline Tensor operator<(const Tensor& a, const Tensor& b) {
  return lt(a, b);
}
inline Tensor operator<=(const Tensor& a, const Tensor& b) {
  return le(a, b);
}
inline Tensor operator>(const Tensor& a, const Tensor& b) {
  return gt(a, b);
}
inline Tensor operator>=(const Tensor& a, const Tensor& b) {
  return ge(a, b);
}

Tensor logical_and(const Tensor& input, const Tensor& other);  // non-zero is true
Tensor logical_or(const Tensor& input, const Tensor& other);
Tensor logical_xor(const Tensor& input, const Tensor& other);
Tensor logical_not(const Tensor& input);

Tensor isnan(const Tensor& input);
Tensor isinf(const Tensor& input);
Tensor isfinite(const Tensor& input);

// condition: bool; input where it holds, else other.
Tensor where(const Tensor& condition, const Tensor& input, const Tensor& other);

Tensor bitwise_and(const Tensor& input, const Tensor& other);  // for integers and bool
Tensor bitwise_or(const Tensor& input, const Tensor& other);
Tensor bitwise_xor(const Tensor& input, const Tensor& other);
Tensor bitwise_not(const Tensor& input);

}  // namespace hebb
