// What the entries of linear algebra share: checks of matrices, and their transposes. For .cc
// files.
#pragma once

#include "hebb/base/check.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/views.h"

namespace hebb {

inline Tensor swap_last_two(const Tensor& x) {
  return transpose(x, -2, -1);
}

inline void check_inexact(std::string_view operand, const Tensor& x) {
  check(is_floating(x.dtype()) || is_complex(x.dtype()),
        "{} is {}, should be floating or complex; convert it first", operand, name(x.dtype()));
}

inline void check_matrices(std::string_view operand, const Tensor& x) {
  check_inexact(operand, x);
  check(x.dim() >= 2, "{} {} should be a matrix, or a batch of them: [..., n, m]", operand,
        x.shape());
}

inline void check_square(std::string_view operand, const Tensor& x) {
  check_matrices(operand, x);
  check(x.size(-1) == x.size(-2), "{} {} should be square: it has {} rows and {} columns", operand,
        x.shape(), x.size(-2), x.size(-1));
}

inline void check_one_dtype(std::string_view left, const Tensor& a, std::string_view right,
                            const Tensor& b) {
  check(a.dtype() == b.dtype(), "{} is {} but {} is {}; they should have one dtype", left,
        name(a.dtype()), right, name(b.dtype()));
}

inline Dims batch_of(const Tensor& x) {  // what is in front of the matrices
  Dims shape = x.shape();
  shape.resize(shape.size() - 2);
  return shape;
}

inline Tensor with_batch(const Tensor& x, const Dims& batch) {
  Dims shape = batch;
  shape.push_back(x.size(-2));
  shape.push_back(x.size(-1));
  return shape == x.shape() ? x : expand(x, shape);
}

}  // namespace hebb
