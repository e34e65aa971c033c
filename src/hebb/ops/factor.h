// Factors of matrices and what is made of them, by torch.linalg's names. Matrices are the last two
// dimensions; those in front are a batch. f32 and halves are computed in f64 and rounded once.
// Singular vectors and eigenvectors are right up to sign and phase; the largest element of each is
// made positive (of the left vector, for singular vectors).
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "hebb/base/fields.h"
#include "hebb/kernels/linalg.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// L of A = L Lᴴ (upper: Lᴴ of it). Reads the lower triangle (upper: the upper one); the gradient is
// that of a Hermitian matrix. Error: a matrix that is not positive definite.
Tensor linalg_cholesky(const Tensor& A, bool upper = false);
// A = Q R, R upper triangular. mode "reduced": Q [..., m, k], R [..., k, n] with k = min(m, n);
// "complete": k = m; "r": R of the reduced ones, Q is empty.
std::pair<Tensor, Tensor> linalg_qr(const Tensor& A, const std::string& mode = "reduced");
struct Svd {
  Tensor U, S, Vh;
};
// A = U diag(S) Vh, S falling. full_matrices: U and Vh are square; the gradient is that of the
// first min(m, n) vectors. Error: values that are not finite.
Svd linalg_svd(const Tensor& A, bool full_matrices = true);
Tensor linalg_svdvals(const Tensor& A);  // S alone
// Eigenvalues, rising, and eigenvectors (columns) of Hermitian matrices, of which the triangle UPLO
// is read; the gradient is that of a Hermitian matrix.
std::pair<Tensor, Tensor> linalg_eigh(const Tensor& A, const std::string& UPLO = "L");
Tensor linalg_eigvalsh(const Tensor& A, const std::string& UPLO = "L");
// The Moore-Penrose inverse [..., m, n] -> [..., n, m], without singular values up to max(atol,
// rtol * the largest). hermitian: A is, and one triangle is read.
Tensor linalg_pinv(const Tensor& A, std::optional<double> atol = {},
                   std::optional<double> rtol = {}, bool hermitian = false);
// How many singular values lie above max(atol, rtol * the largest), i64.
Tensor linalg_matrix_rank(const Tensor& A, std::optional<double> atol = {},
                          std::optional<double> rtol = {}, bool hermitian = false);
struct Lstsq {
  Tensor solution, residuals, rank, singular_values;
};
// X that makes |A X - B| least, and itself least among those: A [..., m, n], B [..., m, k] or [m].
// driver: "gelsy" (the usual one), "gels", "gelsd", "gelss". What PyTorch's driver does not give is
// empty: residuals (sums of squares, where m > n and the rank is n) of gelsy, rank of gels,
// singular values of both. rcond: singular values up to it times the largest count as 0.
Lstsq linalg_lstsq(const Tensor& A, const Tensor& B, std::optional<double> rcond = {},
                   const std::string& driver = "gelsy");
// Eigenvalues, rising by real and then by imaginary part, and eigenvectors (columns of length 1) of
// any square matrices, as complex numbers. The gradient is that of functions for which the phases
// of the vectors count for nothing. Error: values that are not finite.
std::pair<Tensor, Tensor> linalg_eig(const Tensor& A);
Tensor linalg_eigvals(const Tensor& A);
struct Lu {
  Tensor P, L, U;
};
// A = P L U with row exchanges: A [..., m, n], P [..., m, m], L [..., m, k], U [..., k, n].
Lu linalg_lu(const Tensor& A);
// L (without its ones) and U in one matrix, and pivots (i32, from 1): row i was exchanged with row
// pivots[i].
std::pair<Tensor, Tensor> linalg_lu_factor(const Tensor& A);
// The first n columns of the product of the reflections 1 - tau[i] v vᴴ; v: column i of A [..., m,
// n] below its diagonal, with 1 there and 0 above.
Tensor linalg_householder_product(const Tensor& A, const Tensor& tau);

struct LstsqAttrs {
  std::optional<double> rcond;
  std::optional<std::string> driver;
  HEBB_FIELDS(rcond, driver)
};

}  // namespace hebb
