// Factors of matrices by what they are: orthonormal, triangular, ordered, and with the matrix as
// their product; signs and phases as they are fixed; gradients of what does not depend on phases.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "hebb/autograd/gradcheck.h"
#include "hebb/ops/ops.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

double apart(const Tensor& a, const Tensor& b) {
  return a.numel() == 0 ? 0 : amax(hebb::abs(a - b)).item();
}

double from_orthonormal(const Tensor& columns) {
  return apart(matmul(adjoint(columns), columns), eye(columns.size(-1), columns.dtype()));
}

const std::vector<Tensor>& matrices() {
  static const std::vector<Tensor> all = {randn({1, 1}, f64),       randn({5, 3}, f64),
                                          randn({3, 5}, f64),       randn({33, 40}, f64),
                                          randn({4, 4}, c128),      randn({2, 6, 3}, c128),
                                          randn({2, 2, 3, 3}, f64), randn({70, 70}, f64),
                                          hebb::zeros({3, 2}, f64), hebb::ones({4, 4}, f64)};
  return all;
}

TEST(Factors, QrGivesTheMatrix) {
  for (const Tensor& a : matrices())
    for (const char* mode : {"reduced", "complete"}) {
      SCOPED_TRACE(describe(a) + " " + mode);
      const auto [q, r] = linalg_qr(a, mode);
      EXPECT_LT(from_orthonormal(q), 1e-13);
      EXPECT_LT(apart(matmul(q, r), a), 1e-13);
      EXPECT_EQ(apart(r, triu(r)), 0);
      EXPECT_EQ(apart(linalg_qr(a, "r").second, linalg_qr(a).second), 0);
    }
}

TEST(Factors, SingularValuesGiveTheMatrix) {
  for (const Tensor& a : matrices())
    for (bool full : {false, true}) {
      SCOPED_TRACE(describe(a) + (full ? " full" : ""));
      const auto [u, s, vh] = linalg_svd(a, full);
      const int64_t k = s.size(-1);
      EXPECT_LT(from_orthonormal(u), 1e-13);
      EXPECT_LT(from_orthonormal(adjoint(vh)), 1e-13);
      const Tensor scaled = slice(u, -1, Slice(0, k)) * unsqueeze(s, -2);
      EXPECT_LT(apart(matmul(scaled, slice(vh, -2, Slice(0, k))), a), 1e-12);
      EXPECT_TRUE(all(s >= 0).item<bool>());
      EXPECT_TRUE(all(slice(s, -1, Slice(0, k - 1)) >= slice(s, -1, Slice(1, k))).item<bool>());
    }
}

TEST(Factors, EigenvectorsGiveTheMatrix) {
  for (const Tensor& given : matrices()) {
    if (given.size(-1) != given.size(-2))
      continue;
    SCOPED_TRACE(describe(given));
    const Tensor a = given + adjoint(given);
    for (const char* triangle : {"L", "U"}) {
      const Tensor half = *triangle == 'L' ? tril(a) : triu(a);
      const auto [l, q] = linalg_eigh(half, triangle);
      EXPECT_LT(from_orthonormal(q), 1e-13);
      EXPECT_LT(apart(matmul(q * unsqueeze(l, -2), adjoint(q)), a), 1e-13 * a.size(-1) * 4);
      EXPECT_LT(apart(linalg_eigvalsh(half, triangle), l), 1e-13);
    }
  }
}

TEST(Factors, CholeskyGivesTheMatrix) {
  for (const Tensor& given : {randn({5, 5}, f64), randn({2, 3, 3}, c128)}) {
    const Tensor a = matmul(given, adjoint(given)) + eye(given.size(-1), given.dtype());
    const Tensor lower = linalg_cholesky(a), upper = linalg_cholesky(a, true);
    EXPECT_LT(apart(matmul(lower, adjoint(lower)), a), 1e-13);
    EXPECT_LT(apart(matmul(adjoint(upper), upper), a), 1e-13);
    const Tensor b = randn({5, 2}, f64);
    if (a.dim() == 2) {
      EXPECT_LT(apart(matmul(a, cholesky_solve(b, lower)), b), 1e-12);
    }
  }
}

TEST(Factors, TheLargestElementOfAVectorIsPositive) {
  for (const Tensor& a : matrices()) {
    const Tensor u = linalg_svd(a, false).U, size = hebb::abs(u);
    if (u.dim() > 2)
      continue;
    const Tensor largest =
        gather(u, 0, unsqueeze(call(*find_op("argmax"), {size}, ExtremeAttrs{0, false}), 0));
    const Tensor part = is_complex(u.dtype()) ? real(largest) : largest;
    EXPECT_LT(apart(part, amax(size, {0}, true)), 1e-9) << describe(a);
  }
}

TEST(Factors, PseudoInversesHaveTheFourPropertiesOfPenrose) {
  for (const Tensor& a : matrices()) {
    SCOPED_TRACE(describe(a));
    const Tensor p = linalg_pinv(a), ap = matmul(a, p), pa = matmul(p, a);
    EXPECT_LT(apart(matmul(ap, a), a), 1e-11);
    EXPECT_LT(apart(matmul(pa, p), p), 1e-9);
    EXPECT_LT(apart(adjoint(ap), ap), 1e-11);
    EXPECT_LT(apart(adjoint(pa), pa), 1e-11);
  }
}

using Matrices = std::vector<Tensor>;

// f of a matrix made Hermitian: its gradient is that of the rule.
GradcheckReport hermitian_report(Tensor (*f)(const Tensor&), DType dtype) {
  return gradcheck_report(
      [f](const Matrices& x) {
        const Tensor a = x[0] + adjoint(x[0]);
        return Matrices{f(a)};
      },
      {randn({3, 3}, dtype)}, GradcheckOptions{1e-6, 1e-4, 1e-6});
}

TEST(Factors, GradientsOfHermitianMatrices) {
  for (DType dtype : {f64, c128}) {
    EXPECT_EQ(hermitian_report([](const Tensor& a) { return linalg_eigvalsh(a); }, dtype).text, "");
    // Does not depend on phases.
    EXPECT_EQ(
        hermitian_report(
            [](const Tensor& a) { return hebb::square(hebb::abs(linalg_eigh(a).second)); }, dtype)
            .text,
        "");
    EXPECT_EQ(hermitian_report(
                  [](const Tensor& a) { return linalg_cholesky(matmul(a, a) + eye(3, a.dtype())); },
                  dtype)
                  .text,
              "");
  }
  EXPECT_EQ(hermitian_report([](const Tensor& a) { return linalg_eigh(a).second; }, f64).text, "");
}

TEST(Factors, GradientsThatDoNotDependOnPhases) {
  const auto magnitudes = [](const Matrices& x) {
    const auto [u, s, vh] = linalg_svd(x[0], false);
    // The product of a left and a right vector has one phase whatever it is that they share.
    return Matrices{hebb::abs(u), s, hebb::abs(vh), matmul(u * (1 / (1 + unsqueeze(s, -2))), vh)};
  };
  for (const Tensor& a : {randn({4, 2}, c128), randn({2, 4}, c128), randn({3, 3}, c128)})
    EXPECT_EQ(gradcheck_report(magnitudes, {a}, GradcheckOptions{1e-6, 1e-4, 1e-6}).text, "")
        << describe(a);
}

TEST(Factors, LeastSquaresLeaveNothingAlongTheMatrix) {
  const Tensor a = randn({6, 3}, f64), b = randn({6, 2}, f64);
  for (const char* driver : {"gelsy", "gels", "gelsd", "gelss"}) {
    const Lstsq found = linalg_lstsq(a, b, {}, driver);
    const Tensor left = matmul(a, found.solution) - b;
    EXPECT_LT(amax(hebb::abs(matmul(transpose(a), left))).item(), 1e-12) << driver;
    if (found.residuals.numel() > 0) {
      EXPECT_LT(apart(found.residuals, sum(hebb::square(left), {0})), 1e-12) << driver;
    }
    EXPECT_EQ(found.rank.numel(), driver == std::string("gels") ? 0 : 1);
  }
  // Where columns repeat, the solution is the shortest one.
  const Tensor twice = cat({a, a}, 1), x = linalg_lstsq(twice, b).solution;
  EXPECT_EQ(linalg_lstsq(twice, b).rank.item<int64_t>(), 3);
  EXPECT_LT(apart(slice(x, 0, Slice(0, 3)), slice(x, 0, Slice(3, 6))), 1e-12);
}

TEST(Factors, DiagonalsAreViews) {
  Tensor a = hebb::zeros({3, 4}, f32);
  Tensor above = diagonal(a, 1);
  above.fill_(2);
  EXPECT_EQ(a.sum().item(), 6);
  EXPECT_EQ(trace(a).item(), 0);
}

TEST(Factors, EigenvectorsTurnIntoTheirMultiples) {
  for (const Tensor& a : matrices()) {
    if (a.size(-1) != a.size(-2) || a.size(-1) == 70)
      continue;
    SCOPED_TRACE(describe(a));
    const auto [values, vectors] = linalg_eig(a);
    const Tensor wide = a.to(c128);
    EXPECT_LT(apart(matmul(wide, vectors), vectors * unsqueeze(values, -2)), 1e-12);
    EXPECT_LT(apart(linalg_vecdot(vectors, vectors, -2), hebb::ones(values.shape(), c128)), 1e-12);
    const Tensor parts = real(values);
    EXPECT_TRUE(all(diff(parts) >= -1e-12).item<bool>());
  }
}

// Squared sizes of the vectors' elements, and the eigenvalues, depend on no phase.
TEST(Factors, EigenvaluesOfAnyMatrixHaveGradients) {
  for (DType dtype : {f64, c128})
    gradcheck(
        [](const std::vector<Tensor>& x) {
          const auto [values, vectors] = linalg_eig(x[0]);
          return std::vector<Tensor>{values, square(hebb::abs(vectors))};
        },
        {randn({2, 4, 4}, dtype)}, {1e-6, 1e-4, 1e-6});
}

TEST(Factors, LuGivesTheMatrix) {
  for (const Tensor& a : matrices()) {
    SCOPED_TRACE(describe(a));
    const auto [p, l, u] = linalg_lu(a);
    EXPECT_LT(apart(matmul(p, matmul(l, u)), a), 1e-13);
    EXPECT_EQ(apart(l, tril(l)), 0);
    EXPECT_EQ(apart(u, triu(u)), 0);
    EXPECT_LE(amax(hebb::abs(l)).item(), 1 + 1e-12);
    const auto [both, pivots] = linalg_lu_factor(a);
    EXPECT_EQ(apart(triu(slice(both, -2, Slice(0, u.size(-2)))), u), 0);
    EXPECT_EQ(pivots.dtype(), i32);
  }
}

TEST(Factors, HouseholderProductsAreOrthonormal) {
  Tensor v = randn({5, 3}, f64);
  v = tril(v, -1);
  const Tensor tau = 2 / (1 + sum(square(v), {0}));
  EXPECT_LT(from_orthonormal(linalg_householder_product(v, tau)), 1e-13);
}

}  // namespace
}  // namespace hebb::test
