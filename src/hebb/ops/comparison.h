// Comparisons, logic and predicates, which answer with bool; the choice between two operands; bits.
// Operands broadcast.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor eq(const Tensor& input, const Tensor& other);
Tensor ne(const Tensor& input, const Tensor& other);
Tensor lt(const Tensor& input, const Tensor& other);
Tensor le(const Tensor& input, const Tensor& other);
Tensor gt(const Tensor& input, const Tensor& other);
Tensor ge(const Tensor& input, const Tensor& other);

inline Tensor operator<(const Tensor& a, const Tensor& b) {
  return lt(a, b);
}  // x > 3, elementwise; for equality there are eq and ne
inline Tensor operator<=(const Tensor& a, const Tensor& b) {
  return le(a, b);
}
inline Tensor operator>(const Tensor& a, const Tensor& b) {
  return gt(a, b);
}
inline Tensor operator>=(const Tensor& a, const Tensor& b) {
  return ge(a, b);
}

Tensor logical_and(const Tensor& input, const Tensor& other);  // what is not zero is true
Tensor logical_or(const Tensor& input, const Tensor& other);
Tensor logical_xor(const Tensor& input, const Tensor& other);
Tensor logical_not(const Tensor& input);

Tensor isnan(const Tensor& input);
Tensor isinf(const Tensor& input);
Tensor isfinite(const Tensor& input);

Tensor where(const Tensor& condition, const Tensor& input,
             const Tensor& other);  // condition: bool; input where it holds, else other

Tensor bitwise_and(const Tensor& input, const Tensor& other);  // of integers and bool
Tensor bitwise_or(const Tensor& input, const Tensor& other);
Tensor bitwise_xor(const Tensor& input, const Tensor& other);
Tensor bitwise_not(const Tensor& input);

}  // namespace hebb
