// ops/solve.cc: linear systems, inverses, determinants and functions of square matrices. In
// gradient rules Aᴴ is the conjugate transpose, and gX the gradient of X.

#include "hebb/ops/solve.h"

#include <limits>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/complex.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/mask.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/matrix.h"
#include "hebb/ops/reduce.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/solve.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view no_systems_onnx =
    "ONNX has no linear algebra beyond products and determinants";

// [..., 1, 1], to multiply matrices with.
Tensor as_factor(const Tensor& x) {
  return unsqueeze(unsqueeze(x, -1), -1);
}

Tensor identity_like(const Tensor& a) {
  return with_batch(eye(a.size(-1), a.dtype(), a.device()), batch_of(a));
}

// gX in terms of A X = B: gB = A^-H gX, which is given, and gA = -gB X^H.
Tensor system_gradient(const Tensor& gb, const Tensor& x) {
  return -matmul(gb, adjoint(x));
}

Specs infer_square(const Call& c) {
  check_square(c.op().inputs[0], c.in(0));
  return {{c.in(0).dtype(), c.in(0).shape()}};
}

}  // namespace

static Tensors compose_linalg_solve(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  const bool left = c.attributes<SolveAttrs>().left;
  check_square("A", a);
  check_one_dtype("A", a, "B", b);
  Dims vectors = a.shape();
  vectors.pop_back();
  const bool is_vector = b.dim() == 1 || b.shape() == vectors;
  check(is_vector || b.dim() >= 2, "B {} should be a vector, or matrices", b.shape());
  const Tensor right = is_vector ? unsqueeze(b, left ? -1 : -2) : b;
  const int64_t rows = right.size(left ? -2 : -1);
  check(rows == a.size(-1), "A {} has {} rows but B {} has {} {}", a.shape(), a.size(-1), b.shape(),
        rows, left ? "rows" : "columns");
  const Dims batch = broadcast(batch_of(a), batch_of(right));
  const auto prepared = [&](const Tensor& x) {
    return with_batch(left ? x : swap_last_two(x), batch);
  };
  const Tensor solved = call(op::solve_matrices, {prepared(a), prepared(right)}),
               x = left ? solved : swap_last_two(solved);
  return {is_vector ? squeeze(x, left ? -1 : -2) : x};
}

constinit const Op op::linalg_solve = {
    .name = "linalg_solve",
    .what =
        "X of A X = B, or of X A = B: A [..., n, n], B [..., n, k] or vectors [..., n]; singular "
        "matrices are refused.",
    .source = "torch.linalg.solve",
    .inputs = {"A", "B"},
    .attributes = attrs_type<SolveAttrs>,
    .no_onnx_because = no_systems_onnx,
    .precision = Precision::f32,
    .compose = compose_linalg_solve,
};

static Grads solve_matrices_vjp(const Call& c, const Grads& dy) {
  const Tensor gb = call(op::solve_matrices, {adjoint(c.in(0)), dy[0]});
  return {c.wants(0) ? system_gradient(gb, c.out(0)) : Tensor(), gb};
}

constinit const Op op::solve_matrices = {
    .name = "solve_matrices",
    .what = "X of A X = B by an LU decomposition: [..., n, n], [..., n, k] -> [..., n, k].",
    .source = "torch.linalg.solve",
    .inputs = {"A", "B"},
    .no_onnx_because = "a piece of linalg_solve",
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(1).dtype(), c.in(1).shape()}};
    },
    .kernel = kernel::linalg_solve,
    .keep = {Keep::input(0), Keep::output(0, {0})},
    .vjp = solve_matrices_vjp,
    .internal = true,
};

static Tensors compose_linalg_solve_triangular(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  const auto& attrs = c.attributes<SolveTriangularAttrs>();
  check_square("A", a);
  check_matrices("B", b);
  check_one_dtype("A", a, "B", b);
  const int64_t rows = b.size(attrs.left ? -2 : -1);
  check(rows == a.size(-1), "A {} has {} rows but B {} has {} {}", a.shape(), a.size(-1), b.shape(),
        rows, attrs.left ? "rows" : "columns");
  const Dims batch = broadcast(batch_of(a), batch_of(b));
  return {call(op::solve_triangular_matrices, {with_batch(a, batch), with_batch(b, batch)}, attrs)};
}

constinit const Op op::linalg_solve_triangular = {
    .name = "linalg_solve_triangular",
    .what =
        "X of A X = B, or of X A = B, for triangular A, of which the other triangle is not read.",
    .source = "torch.linalg.solve_triangular",
    .inputs = {"A", "B"},
    .attributes = attrs_type<SolveTriangularAttrs>,
    .no_onnx_because = no_systems_onnx,
    .precision = Precision::f32,
    .compose = compose_linalg_solve_triangular,
};

static Grads solve_triangular_matrices_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<SolveTriangularAttrs>();
  const Tensor gb = call(op::solve_triangular_matrices, {adjoint(c.in(0)), dy[0]},
                         SolveTriangularAttrs{!a.upper, a.left, a.unitriangular});
  if (!c.wants(0))
    return {Tensor(), gb};
  const Tensor ga = a.left ? -matmul(gb, adjoint(c.out(0))) : -matmul(adjoint(c.out(0)), gb);
  const int64_t beside = a.unitriangular ? 1 : 0;
  return {a.upper ? triu(ga, beside) : tril(ga, -beside), gb};
}

constinit const Op op::solve_triangular_matrices = {
    .name = "solve_triangular_matrices",
    .what = "X of A X = B by substitution: [..., n, n], [..., n, k] -> [..., n, k].",
    .source = "torch.linalg.solve_triangular",
    .inputs = {"A", "B"},
    .attributes = attrs_type<SolveTriangularAttrs>,
    .no_onnx_because = "a piece of linalg_solve_triangular",
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(1).dtype(), c.in(1).shape()}};
    },
    .kernel = kernel::linalg_solve_triangular,
    .keep = {Keep::input(0), Keep::output(0, {0})},
    .vjp = solve_triangular_matrices_vjp,
    .internal = true,
};

static Tensors compose_cholesky_solve(const Call& c) {
  const Tensor &b = c.in(0), &factor = c.in(1);
  check_matrices("B", b);
  check_square("L", factor);
  const bool upper = c.attributes<CholeskyAttrs>().upper;
  const Tensor lower = upper ? adjoint(factor) : factor;
  return {linalg_solve_triangular(adjoint(lower), linalg_solve_triangular(lower, b, false), true)};
}

constinit const Op op::cholesky_solve = {
    .name = "cholesky_solve",
    .what = "X of A X = B from the Cholesky factor of A, in two triangular systems.",
    .source = "torch.cholesky_solve",
    .inputs = {"B", "L"},
    .attributes = attrs_type<CholeskyAttrs>,
    .no_onnx_because = no_systems_onnx,
    .precision = Precision::f32,
    .compose = compose_cholesky_solve,
};

static Tensors compose_linalg_inv(const Call& c) {
  check_square("A", c.in(0));
  return {call(op::solve_matrices, {c.in(0), identity_like(c.in(0))})};
}

constinit const Op op::linalg_inv = {
    .name = "linalg_inv",
    .what = "The inverses of square matrices; singular ones are refused.",
    .source = "torch.linalg.inv",
    .inputs = {"A"},
    .no_onnx_because = no_systems_onnx,
    .precision = Precision::f32,
    .compose = compose_linalg_inv,
};

constinit const Op op::linalg_det = {
    .name = "linalg_det",
    .what = "The determinants of square matrices: [..., n, n] -> [...].",
    .source = "torch.linalg.det",
    .inputs = {"A"},
    .onnx = {{.type = "Det", .since = 13}},
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      check_square("A", c.in(0));
      return {{c.in(0).dtype(), batch_of(c.in(0))}};
    },
    .kernel = kernel::linalg_det,
    .keep = {Keep::input(0)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      const Tensor cofactors = call(op::cofactors, {c.in(0)});
      return {as_factor(dy[0]) * (is_complex(cofactors.dtype()) ? conj(cofactors) : cofactors)};
    },
};

// Of C = det(A) A^-T. dC = tr(A^-1 dA) C - C dAᵀ A^-T for invertible A.
static Grads cofactors_vjp(const Call& c, const Grads& dy) {
  const Tensor &a = c.in(0), &cofactors = c.out(0);
  const bool turns = is_complex(a.dtype());
  const auto conjugate = [&](const Tensor& x) { return turns ? conj(x) : x; };
  const Tensor inverse_t = conjugate(swap_last_two(linalg_inv(a))), kept = conjugate(cofactors);
  const Tensor share = sum(dy[0] * kept, {-2, -1}, true);
  return {share * inverse_t - matmul(inverse_t, matmul(swap_last_two(dy[0]), kept))};
}

constinit const Op op::cofactors = GradientKernel{
    .name = "cofactors",
    .what =
        "The derivatives of the determinant by the elements, det(A) A^-T, also of singular "
        "matrices.",
    .source = "torch.linalg.det",
    .inputs = {"A"},
    .infer = infer_square,
    .kernel = kernel::cofactors,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = cofactors_vjp,
};

static Specs infer_linalg_slogdet(const Call& c) {
  const Tensor& a = c.in(0);
  check_square("A", a);
  return {{a.dtype(), batch_of(a)}, {real_of(a.dtype()), batch_of(a)}};
}

// log|det A| changes by the real part of tr(A^-1 dA), and the sign's angle by its imaginary part.
static Grads linalg_slogdet_vjp(const Call& c, const Grads& dy) {
  const Tensor &a = c.in(0), &sign = c.out(0);
  Tensor g = dy[1].defined() ? as_factor(dy[1]) : Tensor();
  if (is_complex(a.dtype()) && dy[0].defined()) {
    const Tensor angle = as_factor(-imag(conj(dy[0]) * sign));
    g = complex(g.defined() ? g : zeros_like(angle), angle);
  }
  if (!g.defined())
    return {zeros_like(a)};
  return {g * adjoint(linalg_inv(a))};
}

constinit const Op op::linalg_slogdet = {
    .name = "linalg_slogdet",
    .what = "The determinant's sign, and the logarithm of its magnitude: 0 and -inf where it is 0.",
    .source = "torch.linalg.slogdet",
    .inputs = {"A"},
    .outputs = {"sign", "logabsdet"},
    .no_onnx_because = "ONNX has the determinant only, which is out of range sooner",
    .precision = Precision::f32,
    .infer = infer_linalg_slogdet,
    .kernel = kernel::linalg_slogdet,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = linalg_slogdet_vjp,
    .results = [](const Call&) { return 2; },
};

static Tensors compose_linalg_matrix_power(const Call& c) {
  const int64_t n = c.attributes<MatrixPowerAttrs>().n;
  const Tensor& a = c.in(0);
  check(a.dim() >= 2 && a.size(-1) == a.size(-2), "A {} should be square matrices", a.shape());
  if (n == 0)
    return {identity_like(a)};
  Tensor square = n < 0 ? linalg_inv(a) : a, power;
  for (uint64_t rest = n < 0 ? 0 - uint64_t(n) : uint64_t(n); rest > 0;) {
    if (rest & 1)
      power = power.defined() ? matmul(power, square) : square;
    rest >>= 1;
    if (rest > 0)
      square = matmul(square, square);
  }
  return {power};
}

constinit const Op op::linalg_matrix_power = {
    .name = "linalg_matrix_power",
    .what = "The product of n equal square matrices, of the inverses where n is negative.",
    .source = "torch.linalg.matrix_power",
    .inputs = {"A"},
    .attributes = attrs_type<MatrixPowerAttrs>,
    .no_onnx_because = no_systems_onnx,
    .precision = Precision::f32,
    .compose = compose_linalg_matrix_power,
};

static Tensors compose_logdet(const Call& c) {
  check_square("input", c.in(0));
  const auto [sign, size] = linalg_slogdet(c.in(0));
  if (is_complex(sign.dtype()))
    return {log(sign) + cast(size, sign.dtype())};
  return {where(lt(sign, 0), std::numeric_limits<double>::quiet_NaN(), size)};
}

constinit const Op op::logdet = {
    .name = "logdet",
    .what = "The logarithms of determinants: NaN of a negative one, -inf of 0.",
    .source = "torch.logdet",
    .inputs = {"input"},
    .no_onnx_because = no_systems_onnx,
    .precision = Precision::f32,
    .compose = compose_logdet,
};

constinit const Op op::cholesky_inverse = {
    .name = "cholesky_inverse",
    .what = "The inverses of matrices from their Cholesky factors.",
    .source = "torch.cholesky_inverse",
    .inputs = {"L"},
    .attributes = attrs_type<CholeskyAttrs>,
    .no_onnx_because = no_systems_onnx,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      check_square("L", c.in(0));
      return {hebb::cholesky_solve(identity_like(c.in(0)), c.in(0),
                                   c.attributes<CholeskyAttrs>().upper)};
    },
};

// The derivative of exp at A in direction E is the block above the diagonal of exp [A E; 0 A].
static Grads linalg_matrix_exp_vjp(const Call& c, const Grads& dy) {
  const Tensor a = adjoint(c.in(0));
  const int64_t n = a.size(-1);
  const Tensor upper = cat({a, dy[0]}, -1), lower = cat({zeros_like(a), a}, -1),
               both = call(op::linalg_matrix_exp, {cat({upper, lower}, -2)});
  return {slice(slice(both, -2, Slice(0, n)), -1, Slice(n, 2 * n))};
}

constinit const Op op::linalg_matrix_exp = {
    .name = "linalg_matrix_exp",
    .what = "The exponential of square matrices, the sum of A^k / k!.",
    .source =
        "torch.linalg.matrix_exp; Higham, The Scaling and Squaring Method for the Matrix "
        "Exponential Revisited, 2005",
    .inputs = {"A"},
    .no_onnx_because = no_systems_onnx,
    .precision = Precision::f32,
    .infer = infer_square,
    .kernel = kernel::linalg_matrix_exp,
    .keep = {Keep::input(0)},
    .vjp = linalg_matrix_exp_vjp,
};

Tensor linalg_solve(const Tensor& A, const Tensor& B, bool left) {
  return call(op::linalg_solve, {A, B}, SolveAttrs{left});
}
Tensor linalg_solve_triangular(const Tensor& A, const Tensor& B, bool upper, bool left,
                               bool unitriangular) {
  return call(op::linalg_solve_triangular, {A, B},
              SolveTriangularAttrs{upper, left, unitriangular});
}
Tensor cholesky_solve(const Tensor& B, const Tensor& L, bool upper) {
  return call(op::cholesky_solve, {B, L}, CholeskyAttrs{upper});
}
Tensor linalg_inv(const Tensor& A) {
  return call(op::linalg_inv, {A});
}
Tensor linalg_det(const Tensor& A) {
  return call(op::linalg_det, {A});
}
std::pair<Tensor, Tensor> linalg_slogdet(const Tensor& A) {
  const Tensors out = call_all(op::linalg_slogdet, {A});
  return {out[0], out[1]};
}
Tensor linalg_matrix_power(const Tensor& A, int64_t n) {
  return call(op::linalg_matrix_power, {A}, MatrixPowerAttrs{n});
}
Tensor linalg_matrix_exp(const Tensor& A) {
  return call(op::linalg_matrix_exp, {A});
}

Tensor logdet(const Tensor& A) {
  return call(op::logdet, {A});
}
Tensor cholesky_inverse(const Tensor& L, bool upper) {
  return call(op::cholesky_inverse, {L}, CholeskyAttrs{upper});
}

}  // namespace hebb
