// Samples: linear systems, determinants, functions and factors of matrices. The matrices are far
// from singular ones, and their singular values and eigenvalues apart.
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "ops/samples.h"

namespace hebb::test {
namespace {

// Adds `amount` to the diagonal of the matrices [..., n, n] of f32, f64, c64 or c128.
Tensor shifted(Tensor x, double amount) {
  const int64_t n = x.size(-1), m = x.size(-2);
  const int64_t parts = is_complex(x.dtype()) ? 2 : 1;
  const bool single = x.dtype() == f32 || x.dtype() == c64;
  for (int64_t at = 0; at < x.numel(); at += n * m)
    for (int64_t i = 0; i < std::min(n, m); ++i) {
      const int64_t place = (at + i * n + i) * parts;
      const double more = amount * double(i + 1);
      if (single)
        static_cast<float*>(x.raw_data())[place] += float(more);
      else
        static_cast<double*>(x.raw_data())[place] += more;
    }
  return x;
}

Tensor regular(Shape shape, DType dtype = f32) {
  return shifted(randn(shape, dtype), 3);
}

// Symmetric and positive definite, with eigenvalues apart.
Tensor positive(int64_t n, int64_t batch = 0) {
  const int64_t count = batch == 0 ? 1 : batch;
  std::vector<float> all;
  for (int64_t k = 0; k < count; ++k) {
    const std::vector<float> a = randn({n, n}).to_vector<float>();
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j)
        all.push_back(a[size_t(i * n + j)] + a[size_t(j * n + i)] +
                      (i == j ? 6 * float(i + 1) : 0));
  }
  return Tensor::from(all, batch == 0 ? Dims{n, n} : Dims{batch, n, n});
}

const char* const hermitian =
    "one triangle is read, and the gradient is that of a Hermitian matrix, as PyTorch's";

}  // namespace

OPS_FAMILY(solve) {
  samples("linalg_solve",
          {{"matrix", {regular({3, 3}), randn({3, 2})}},
           {"vector", {regular({3, 3}), randn({3})}},
           {"batch of vectors", {regular({2, 3, 3}), randn({2, 3})}},
           {"broadcast", {regular({3, 3}), randn({4, 3, 2})}},
           {"both broadcast", {regular({2, 1, 3, 3}), randn({4, 3, 2})}},
           {"right", {regular({3, 3}), randn({2, 3})}, R"({"left": false})"},
           {"vector on the right", {regular({3, 3}), randn({3})}, R"({"left": false})"},
           {"complex", {regular({3, 3}, c64), randn({3, 2}, c64)}},
           {"one", {full({1, 1}, 2), randn({1, 1})}},
           {"large", {regular({20, 20}), randn({20, 3})}},
           {"empty", {zeros({0, 0}), zeros({0, 2})}},
           {"no batch", {zeros({0, 2, 2}), zeros({0, 2, 1})}}});
  refuses("linalg_solve",
          {{"the matrix is singular", {zeros({2, 2}), zeros({2, 1})}},
           {"matrix 0 of the batch is singular", {zeros({2, 2, 2}), zeros({2, 1})}},
           {"should be square: it has 2 rows and 3 columns", {zeros({2, 3}), zeros({2, 1})}},
           {"has 3 rows but B [2, 1] has 2 rows", {zeros({3, 3}), zeros({2, 1})}},
           {"should have one dtype", {zeros({2, 2}), zeros({2, 1}, f64)}},
           {"A is i64, should be floating or complex", {zeros({2, 2}, i64), zeros({2, 1}, i64)}}});
  samples("solve_matrices", {{"plain", {regular({2, 3, 3}), randn({2, 3, 2})}},
                             {"complex", {regular({3, 3}, c64), randn({3, 2}, c64)}}});
  for (const char* op : {"linalg_solve_triangular", "solve_triangular_matrices"}) {
    samples(op, {{"lower", {regular({3, 3}), randn({3, 2})}},
                 {"upper", {regular({2, 3, 3}), randn({2, 3, 2})}, R"({"upper": true})"},
                 {"right", {regular({3, 3}), randn({2, 3})}, R"({"left": false})"},
                 {"right, upper",
                  {regular({3, 3}), randn({2, 3})},
                  R"({"left": false, "upper": true, "unitriangular": true})"},
                 {"unit", {randn({3, 3}), randn({3, 2})}, R"({"unitriangular": true})"},
                 {"unit, right",
                  {randn({3, 3}), randn({2, 3})},
                  R"({"unitriangular": true, "left": false})"},
                 {"unit, upper",
                  {randn({3, 3}), randn({3, 2})},
                  R"({"unitriangular": true, "upper": true})"},
                 {"complex", {regular({3, 3}, c64), randn({3, 2}, c64)}},
                 {"empty", {zeros({0, 0}), zeros({0, 2})}}});
  }
  samples("linalg_solve_triangular", {{"broadcast", {regular({3, 3}), randn({4, 3, 2})}}});
  refuses("linalg_solve_triangular",
          {{"has 3 rows but B [2, 3] has 2 rows", {zeros({3, 3}), zeros({2, 3})}},
           {"has 3 rows but B [3, 2] has 2 columns",
            {zeros({3, 3}), zeros({3, 2})},
            R"({"left": false})"},
           {"B [3] should be a matrix", {zeros({3, 3}), zeros({3})}}});
  samples("cholesky_solve", {{"lower", {randn({3, 2}), regular({3, 3})}},
                             {"upper", {randn({2, 3, 2}), regular({3, 3})}, R"({"upper": true})"},
                             {"complex", {randn({3, 2}, c64), regular({3, 3}, c64)}},
                             {"empty", {zeros({0, 2}), zeros({0, 0})}}});
  refuses("cholesky_solve", {{"L [2, 3] should be square", {zeros({2, 1}), zeros({2, 3})}},
                             {"B [2] should be a matrix", {zeros({2}), zeros({2, 2})}}});
  samples("linalg_inv", {{"plain", {regular({3, 3})}},
                         {"batch", {regular({2, 1, 3, 3})}},
                         {"complex", {regular({3, 3}, c64)}},
                         {"empty", {zeros({0, 0})}}});
  refuses("linalg_inv", {{"is singular", {ones({2, 2})}},
                         {"should be square", {zeros({2, 3})}},
                         {"should be a matrix", {zeros({3})}}});
  samples("linalg_det", {{"plain", {regular({3, 3})}},
                         {"batch", {randn({2, 4, 4})}},
                         {"one", {randn({1, 1})}},
                         {"complex", {regular({3, 3}, c64)}},
                         {"singular",
                          {values({1, 2, 3, 4, 5, 6, 5, 7, 9}, {3, 3})},
                          {},
                          {{Check::second_gradient, "it is that of invertible matrices"}}},
                         {"empty", {zeros({0, 0})}}});
  refuses("linalg_det", {{"should be square", {zeros({2, 3})}}});
  samples("cofactors", {{"plain", {regular({3, 3})}}, {"complex", {regular({3, 3}, c64)}}});
  samples("linalg_slogdet", {{"plain", {regular({3, 3})}},
                             {"negative", {values({0, 1, 1, 0}, {2, 2})}},
                             {"batch", {regular({2, 4, 4})}},
                             {"complex", {regular({3, 3}, c64)}},
                             {"empty", {zeros({0, 0})}}});
  refuses("linalg_slogdet", {{"should be square", {zeros({2, 3})}}});
  samples("linalg_matrix_power", {{"third", {randn({2, 3, 3})}, R"({"n": 3})"},
                                  {"none", {randn({3, 3})}, R"({"n": 0})"},
                                  {"first", {randn({3, 3})}},
                                  {"back", {regular({3, 3})}, R"({"n": -2})"},
                                  {"integers", {integers(-3, 3, {2, 2})}, R"({"n": 5})"},
                                  {"complex", {randn({2, 2}, c64)}, R"({"n": 2})"}});
  refuses("linalg_matrix_power", {{"should be square matrices", {zeros({2, 3})}},
                                  {"is singular", {zeros({2, 2})}, R"({"n": -1})"}});
  samples("linalg_matrix_exp", {{"plain", {randn({3, 3})}},
                                {"batch", {randn({2, 2, 2})}},
                                {"large", {uniform(-6, 6, {4, 4})}, {}, {}, 100},
                                {"complex", {randn({2, 2}, c64)}},
                                {"empty", {zeros({0, 0})}}});
  refuses("linalg_matrix_exp", {{"should be square", {zeros({2, 3})}}});
  samples("logdet", {{"batch", {regular({2, 3, 3})}},
                     {"negative",
                      {values({0, 1, 1, 0}, {2, 2})},
                      {},
                      {{Check::gradient, "the logarithm of a negative number is NaN"}}},
                     {"complex", {regular({3, 3}, c64)}}});
  refuses("logdet", {{"should be square", {zeros({2, 3})}}});
  samples("cholesky_inverse",
          {{"lower", {regular({3, 3})}}, {"upper", {regular({2, 3, 3})}, R"({"upper": true})"}});
  refuses("cholesky_inverse", {{"should be square", {zeros({2, 3})}}});
}

OPS_FAMILY(factor) {
  samples("linalg_cholesky", {{"plain", {positive(3)}},
                              {"upper", {positive(3)}, R"({"upper": true})"},
                              {"batch", {positive(4, 2)}},
                              {"one", {full({1, 1}, 4)}},
                              {"empty", {zeros({0, 0})}}});
  exempt("linalg_cholesky", {{Check::gradient, hermitian}});
  refuses("linalg_cholesky", {{"the matrix is not positive definite", {full({2, 2}, -1)}},
                              {"should be square", {zeros({2, 3})}}});
  samples("linalg_qr", {{"square", {regular({3, 3})}},
                        {"tall", {regular({4, 2})}},
                        {"wide", {regular({2, 3, 5})}},
                        {"complex", {regular({3, 2}, c64)}},
                        {"complete, wide", {regular({2, 4})}, R"({"mode": "complete"})"},
                        {"empty", {zeros({0, 3})}},
                        {"no columns", {zeros({3, 0})}}});
  refuses("linalg_qr", {{"mode is 'full', should be", {zeros({2, 2})}, R"({"mode": "full"})"},
                        {"should be a matrix", {zeros({3})}}});
  samples("linalg_svd", {{"square", {regular({3, 3})}},
                         {"tall", {regular({4, 2})}, R"({"full_matrices": false})"},
                         {"wide", {regular({2, 2, 4})}, R"({"full_matrices": false})"},
                         {"full",
                          {regular({4, 2})},
                          {},
                          {{Check::gradient, "the vectors beyond the second are any"}}},
                         {"complex",
                          {regular({3, 2}, c64)},
                          R"({"full_matrices": false})",
                          {{Check::gradient, "the phase that is chosen has no gradient"}}},
                         {"large", {regular({18, 17})}, R"({"full_matrices": false})", {}, 100},
                         {"empty", {zeros({0, 3})}},
                         {"no columns", {zeros({2, 3, 0})}}});
  refuses("linalg_svd", {{"should be a matrix", {zeros({3})}},
                         {"not finite", {full({2, 2}, std::numeric_limits<double>::infinity())}}});
  samples("linalg_svdvals", {{"plain", {regular({3, 4})}},
                             {"batch", {regular({2, 3, 2})}},
                             {"complex", {regular({3, 2}, c64)}},
                             {"empty", {zeros({3, 0})}}});
  refuses("linalg_svdvals", {{"should be a matrix", {zeros({3})}}});
  samples("linalg_eigh", {{"plain", {positive(3)}},
                          {"upper", {positive(3)}, R"({"UPLO": "U"})"},
                          {"batch", {positive(2, 3)}},
                          {"one", {randn({1, 1})}},
                          {"empty", {zeros({0, 0})}}});
  exempt("linalg_eigh", {{Check::gradient, hermitian}});
  refuses("linalg_eigh",
          {{"UPLO is 'X'", {zeros({2, 2})}, R"({"UPLO": "X"})"},
           {"should be square", {zeros({2, 3})}},
           {"not finite", {full({2, 2}, std::numeric_limits<double>::quiet_NaN())}}});
  samples("linalg_eigvalsh",
          {{"plain", {positive(3)}}, {"upper", {positive(4, 2)}, R"({"UPLO": "U"})"}});
  exempt("linalg_eigvalsh", {{Check::gradient, hermitian}});
  refuses("linalg_eigvalsh", {{"should be square", {zeros({2, 3})}}});
  for (const char* op : {"linalg_pinv", "pseudo_inverse"}) {
    const char* const with =
        op == std::string("linalg_pinv") ? R"({"rtol": 0.01})" : R"({"atol": 0, "rtol": 0.01})";
    samples(op, {{"tall", {regular({4, 2})}, with},
                 {"wide", {regular({2, 3, 4})}, with},
                 {"complex", {regular({3, 2}, c64)}, with},
                 {"empty", {zeros({0, 3})}, with}});
  }
  samples("linalg_pinv",
          {{"square", {regular({3, 3})}},
           {"deficient",
            {ones({3, 2})},
            {},
            {{Check::gradient, "a small change makes the rank whole"}}},
           {"hermitian", {positive(3)}, R"({"hermitian": true})", {{Check::gradient, hermitian}}},
           {"atol", {regular({3, 3})}, R"({"atol": 0.01})"}});
  refuses("linalg_pinv", {{"should be at least 0", {zeros({2, 2})}, R"({"rtol": -1})"},
                          {"should be a matrix", {zeros({3})}},
                          {"should be square", {zeros({2, 3})}, R"({"hermitian": true})"}});
  samples("linalg_matrix_rank", {{"full", {regular({3, 4})}},
                                 {"one", {ones({2, 3, 3})}},
                                 {"none", {zeros({3, 3})}},
                                 {"hermitian", {positive(3)}, R"({"hermitian": true})"},
                                 {"tolerance", {regular({3, 3})}, R"({"atol": 5.0, "rtol": 0.1})"},
                                 {"empty", {zeros({2, 0, 3})}}});
  refuses("linalg_matrix_rank", {{"should be a matrix", {zeros({3})}}});
  samples("linalg_lstsq", {{"tall", {regular({4, 2}), randn({4, 3})}},
                           {"wide", {regular({2, 4}), randn({2, 1})}},
                           {"vector", {regular({4, 3}), randn({4})}},
                           {"batch", {regular({2, 4, 3}), randn({2, 4, 2})}},
                           {"gels", {regular({4, 2}), randn({4, 2})}, R"({"driver": "gels"})"}});
  refuses("linalg_lstsq",
          {{"driver is 'qr'", {zeros({3, 2}), zeros({3, 1})}, R"({"driver": "qr"})"},
           {"B [2, 1] has another number", {zeros({3, 2}), zeros({2, 1})}},
           {"should have one dtype", {zeros({3, 2}), zeros({3, 1}, f64)}}});
  const std::vector<Exemption> any_phase = {
      {Check::gradient,
       "vectors may have any phase; factor_test.cc checks what does not depend on it"}};
  const Tensor turning = values({1, -2, 0.5, 3, 0.5, 1, -1, 0.25, 4}, {3, 3});
  samples("linalg_eig", {{"real", {turning}, {}, any_phase},
                         {"complex", {randn({3, 3}, c64)}, {}, any_phase, 10},
                         {"batch", {regular({2, 3, 3})}},
                         {"empty", {zeros({0, 0})}}});
  refuses("linalg_eig", {{"should be square", {zeros({2, 3})}},
                         {"has values that are not finite",
                          {full({2, 2}, std::numeric_limits<double>::infinity())}}});
  for (Check check : {Check::reference, Check::f64_reference})
    exempt("linalg_eig", {{check, "PyTorch's vectors have other phases, and another order"}});
  samples("linalg_eigvals", {{"real", {turning}}, {"complex", {randn({3, 3}, c64)}, {}, {}, 10}});
  for (const char* name : {"linalg_lu_factor", "linalg_lu"})
    samples(name, {{"square", {regular({2, 3, 3})}},
                   {"tall", {regular({4, 2})}},
                   {"wide", {regular({2, 4})}},
                   {"complex", {regular({3, 3}, c64)}},
                   {"exchanged", {values({0.1, 1, 2, 5, 1, -1, 2, 7, 1}, {3, 3})}},
                   {"empty", {zeros({0, 3})}}});
  samples("linalg_householder_product", {{"plain", {randn({4, 3}), uniform(0.2, 1.5, {2})}},
                                         {"batch", {randn({2, 3, 3}), uniform(0.2, 1.5, {2, 3})}},
                                         {"complex", {randn({3, 2}, c64), randn({2}, c64)}}});
  refuses("linalg_householder_product", {{"k <= n <= m", {zeros({2, 3}), zeros({2})}}});
}

}  // namespace hebb::test
