// Products of vectors, matrices and tensors by their PyTorch names. All are written in matmul and
// multiplication, and take integers and complex numbers.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor mm(const Tensor& input, const Tensor& mat2);      // [n, k], [k, m] -> [n, m]
Tensor bmm(const Tensor& input, const Tensor& mat2);     // [b, n, k], [b, k, m] -> [b, n, m]
Tensor mv(const Tensor& input, const Tensor& vec);       // [n, k], [k] -> [n]
Tensor dot(const Tensor& input, const Tensor& tensor);   // [n], [n] -> []
Tensor vdot(const Tensor& input, const Tensor& other);   // the same with conj(input)
Tensor inner(const Tensor& input, const Tensor& other);  // over the last dimensions of both
Tensor outer(const Tensor& input, const Tensor& vec2);   // [n], [m] -> [n, m]
// beta * input + alpha * (mat1 x mat2); input broadcasts to the product. beta 0 leaves input out,
// also its NaN.
Tensor addmm(const Tensor& input, const Tensor& mat1, const Tensor& mat2, double beta = 1,
             double alpha = 1);
Tensor addmv(const Tensor& input, const Tensor& mat, const Tensor& vec, double beta = 1,
             double alpha = 1);
Tensor baddbmm(const Tensor& input, const Tensor& batch1, const Tensor& batch2, double beta = 1,
               double alpha = 1);
// Sums over the last `dims` dimensions of input and the first of other.
Tensor tensordot(const Tensor& input, const Tensor& other, int64_t dims = 2);
// Sums over dimension input_dims[i] of input with other_dims[i] of other.
Tensor tensordot(const Tensor& input, const Tensor& other, const Dims& input_dims,
                 const Dims& other_dims);
Tensor kron(const Tensor& input, const Tensor& other);  // every element of input times other
// The vector product along a dimension of size 3; the other dimensions broadcast.
Tensor linalg_cross(const Tensor& input, const Tensor& other, int64_t dim = -1);
// The same along the first dimension of size 3, or along dim.
Tensor cross(const Tensor& input, const Tensor& other, std::optional<int64_t> dim = {});
// x1ᵀ A x2 + b for each output: input1 [..., in1], input2 [..., in2], weight [out, in1, in2], bias
// [out] or undefined -> [..., out].
Tensor bilinear(const Tensor& input1, const Tensor& input2, const Tensor& weight,
                const Tensor& bias = {});

struct AddmmAttrs {
  double beta = 1, alpha = 1;
  HEBB_FIELDS(beta, alpha)
};
struct TensordotAttrs {
  Dims dims = {2};  // one number: how many; else those of input, and then as many of other
  HEBB_FIELDS(dims)
};
struct CrossDimAttrs {
  int64_t dim = -1;
  HEBB_FIELDS(dim)
};
struct CrossAttrs {
  std::optional<int64_t> dim;  // none: the first of size 3
  HEBB_FIELDS(dim)
};

}  // namespace hebb
