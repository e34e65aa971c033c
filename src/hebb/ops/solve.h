// Linear systems, inverses, determinants and functions of square matrices, by torch.linalg's names.
// Matrices are the last two dimensions; those in front are a batch. f32 and halves are computed in
// f64 and rounded once.
#pragma once

#include <utility>

#include "hebb/base/fields.h"
#include "hebb/kernels/linalg.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// X of A X = B, or of X A = B with left = false. A [..., n, n], B [..., n, k], or [..., n] where
// that is A's shape without its last dimension; batches broadcast. Error: a singular matrix.
Tensor linalg_solve(const Tensor& A, const Tensor& B, bool left = true);
// The same where A is triangular: the other triangle is not read.
Tensor linalg_solve_triangular(const Tensor& A, const Tensor& B, bool upper, bool left = true,
                               bool unitriangular = false);
// X of L Lᴴ X = B, from the Cholesky factor L (upper: of Lᴴ L X = B).
Tensor cholesky_solve(const Tensor& B, const Tensor& L, bool upper = false);
Tensor linalg_inv(const Tensor& A);  // Error: a singular matrix
Tensor linalg_det(const Tensor& A);  // [..., n, n] -> [...]
// The determinant's sign, and the logarithm of its magnitude: 0 and -inf of singular matrices.
std::pair<Tensor, Tensor> linalg_slogdet(const Tensor& A);
// The product of n matrices A; of the inverse for negative n.
Tensor linalg_matrix_power(const Tensor& A, int64_t n);
Tensor linalg_matrix_exp(const Tensor& A);

Tensor logdet(const Tensor& input);  // the logarithm of the determinant: NaN of a negative one
// The inverse of A = L Lᴴ from its Cholesky factor (upper: of Lᴴ L).
Tensor cholesky_inverse(const Tensor& L, bool upper = false);

struct SolveAttrs {
  bool left = true;
  HEBB_FIELDS(left)
};
struct MatrixPowerAttrs {
  int64_t n = 1;
  HEBB_FIELDS(n)
};

}  // namespace hebb
