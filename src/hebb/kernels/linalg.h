// Attributes that the kernels of linear algebra read.
#pragma once

#include <optional>
#include <string>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct SolveTriangularAttrs {
  bool upper = false;          // which triangle is read
  bool left = true;            // A X = B; else X A = B
  bool unitriangular = false;  // the diagonal counts as 1 and is not read
  HEBB_FIELDS(upper, left, unitriangular)
};
struct CholeskyAttrs {
  bool upper = false;
  HEBB_FIELDS(upper)
};
struct QrAttrs {
  std::string mode = "reduced";  // reduced, complete, r
  HEBB_FIELDS(mode)
};
struct SvdAttrs {
  bool full_matrices = true;  // U and Vh are square
  HEBB_FIELDS(full_matrices)
};
struct EighAttrs {
  std::string UPLO = "L";  // the triangle that is read: L or U
  HEBB_FIELDS(UPLO)
};
// Singular values up to max(atol, rtol * the largest) count as 0. Left out: rtol is max(rows,
// columns) times the step from 1 to the dtype's next number, or 0 where atol is given.
struct PseudoInverseAttrs {
  std::optional<double> atol, rtol;
  bool hermitian = false;  // only one triangle is read
  HEBB_FIELDS(atol, rtol, hermitian)
};

namespace kernel {
inline constexpr KernelId linalg_solve{"linalg_solve"};
inline constexpr KernelId linalg_solve_triangular{"linalg_solve_triangular"};
inline constexpr KernelId linalg_slogdet{"linalg_slogdet"};
inline constexpr KernelId linalg_det{"linalg_det"};
inline constexpr KernelId cofactors{"cofactors"};
inline constexpr KernelId linalg_cholesky{"linalg_cholesky"};
inline constexpr KernelId linalg_qr{"linalg_qr"};
inline constexpr KernelId linalg_svd{"linalg_svd"};
inline constexpr KernelId linalg_eigh{"linalg_eigh"};
inline constexpr KernelId pseudo_inverse{"pseudo_inverse"};
inline constexpr KernelId linalg_matrix_exp{"linalg_matrix_exp"};
inline constexpr KernelId linalg_lu_factor{"linalg_lu_factor"};
inline constexpr KernelId linalg_eig{"linalg_eig"};
}  // namespace kernel

}  // namespace hebb
