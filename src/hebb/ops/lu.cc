// ops/lu.cc: LU factors, and the orthogonal matrix of a row of reflections.

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/factor.h"
#include "hebb/ops/join.h"
#include "hebb/ops/mask.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/matrix.h"
#include "hebb/ops/op.h"
#include "hebb/ops/ranges.h"
#include "hebb/ops/solve.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/factor.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view no_lu_onnx = "ONNX has no factors of matrices";

Tensor rows(const Tensor& x, int64_t from, int64_t to) {
  return slice(x, -2, Slice(from, to));
}
Tensor columns(const Tensor& x, int64_t from, int64_t to) {
  return slice(x, -1, Slice(from, to));
}
// The factors that LU [..., m, n] holds: L with ones on its diagonal, and U.
Tensor lower_of(const Tensor& lu) {
  const int64_t m = lu.size(-2), k = std::min(m, lu.size(-1));
  const Tensor part = columns(lu, 0, k);
  return tril(part, -1) + eye(m, k, part.dtype(), part.device());
}
Tensor upper_of(const Tensor& lu) {
  return triu(rows(lu, 0, std::min(lu.size(-2), lu.size(-1))));
}
// P of A = P L U: row i of L U is row order[i] of A.
Tensor permutation_of(const Tensor& order, DType dtype) {
  const Tensor places = arange(double(order.size(-1)), DType::i64, order.device());
  return cast(eq(unsqueeze(places, 1), unsqueeze(order, -2)), dtype);
}

Specs infer_lu_factor(const Call& c) {
  const Tensor& a = c.in(0);
  check_matrices("A", a);
  Dims pivots = batch_of(a), order = pivots;
  pivots.push_back(std::min(a.size(-2), a.size(-1)));
  order.push_back(a.size(-2));
  return {{a.dtype(), a.shape()}, {DType::i32, pivots}, {DType::i64, order}};
}

// With A = P L U, and gL and gU the two triangles of the gradient, of square factors:
//   gA = P L^-H [tril(LᴴgL, -1) + triu(gU Uᴴ)] U^-H.
// Rows below, L2 = A2 U⁻¹, and columns behind, U2 = L⁻¹ A2, add what reaches U and L through them.
Grads lu_factor_vjp(const Call& c, const Grads& dy) {
  if (!dy[0].defined())
    return {};
  const Tensor &lu = c.out(0), &g = dy[0];
  const int64_t m = lu.size(-2), n = lu.size(-1), k = std::min(m, n);
  const Tensor square = columns(rows(lu, 0, k), 0, k), l = lower_of(square), u = triu(square),
               g_square = columns(rows(g, 0, k), 0, k);
  Tensor for_l = matmul(adjoint(l), tril(g_square, -1)), for_u = matmul(triu(g_square), adjoint(u));
  if (m > n)
    for_u = for_u - matmul(adjoint(rows(lu, k, m)), rows(g, k, m));
  if (n > m)
    for_l = for_l - matmul(columns(g, k, n), adjoint(columns(lu, k, n)));
  const Tensor inner = tril(for_l, -1) + triu(for_u);
  // L^-H inner U^-H
  const Tensor left = linalg_solve_triangular(adjoint(l), inner, true, true, true);
  Tensor ga = linalg_solve_triangular(adjoint(u), left, false, false);
  if (m > n)
    ga = cat({ga, linalg_solve_triangular(adjoint(u), rows(g, k, m), false, false)}, -2);
  if (n > m)
    ga = cat({ga, linalg_solve_triangular(adjoint(l), columns(g, k, n), true, true, true)}, -1);
  return {matmul(permutation_of(c.out(2), lu.dtype()), ga)};
}

}  // namespace

constinit const Op op::linalg_lu_factor = {
    .name = "linalg_lu_factor",
    .what =
        "LU, the factors of P A in one matrix, and pivots (i32): the row, from 1, that each row "
        "was exchanged with.",
    .source = "torch.linalg.lu_factor",
    .inputs = {"A"},
    .outputs = {"LU", "pivots", "order"},
    .no_onnx_because = no_lu_onnx,
    .precision = Precision::f32,
    .infer = infer_lu_factor,
    .kernel = kernel::linalg_lu_factor,
    .keep = {Keep::output(0), Keep::output(2)},
    .vjp = lu_factor_vjp,
    .results = [](const Call&) { return 2; },
};

constinit const Op op::linalg_lu = {
    .name = "linalg_lu",
    .what =
        "P, L and U of A = P L U: a permutation, a lower triangle with ones on its diagonal, an "
        "upper triangle.",
    .source = "torch.linalg.lu",
    .inputs = {"A"},
    .outputs = {"P", "L", "U"},
    .no_onnx_because = no_lu_onnx,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const Tensors factors = call_all(op::linalg_lu_factor, {c.in(0)});
      return {permutation_of(factors[2], c.in(0).dtype()), lower_of(factors[0]),
              upper_of(factors[0])};
    },
    .results = [](const Call&) { return 3; },
};

static Tensors compose_householder_product(const Call& c) {
  const Tensor &a = c.in(0), &tau = c.in(1);
  check_matrices("A", a);
  check_one_dtype("A", a, "tau", tau);
  const int64_t m = a.size(-2), n = a.size(-1), k = tau.dim() ? tau.size(-1) : 0;
  Dims expected = batch_of(a);
  expected.push_back(k);
  check(tau.shape() == expected && k <= n && n <= m,
        "tau {} and A {} should be [..., k] and [..., m, n] with k <= n <= m", tau.shape(),
        a.shape());
  const Tensor vectors = tril(a, -1) + eye(m, n, a.dtype(), a.device());
  Tensor q = with_batch(eye(m, n, a.dtype(), a.device()), batch_of(a));
  for (int64_t i = k; i-- > 0;) {
    const Tensor v = columns(vectors, i, i + 1), factor = unsqueeze(columns(tau, i, i + 1), -1);
    q = q - matmul(factor * v, matmul(adjoint(v), q));
  }
  return {q};
}

constinit const Op op::linalg_householder_product = {
    .name = "linalg_householder_product",
    .what =
        "The first n columns of the product of the reflections 1 - tau v v^H, whose v stand below "
        "the diagonal of A [..., m, n].",
    .source = "torch.linalg.householder_product",
    .inputs = {"A", "tau"},
    .no_onnx_because = no_lu_onnx,
    .precision = Precision::f32,
    .compose = compose_householder_product,
};

std::pair<Tensor, Tensor> linalg_lu_factor(const Tensor& A) {
  const Tensors out = call_all(op::linalg_lu_factor, {A});
  return {out[0], out[1]};
}
Lu linalg_lu(const Tensor& A) {
  const Tensors out = call_all(op::linalg_lu, {A});
  return {out[0], out[1], out[2]};
}
Tensor linalg_householder_product(const Tensor& A, const Tensor& tau) {
  return call(op::linalg_householder_product, {A, tau});
}

}  // namespace hebb
