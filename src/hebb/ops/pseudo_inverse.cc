// ops/pseudo_inverse.cc: the Moore-Penrose inverse, the rank of matrices, and least squares.

#include <algorithm>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/factor.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/matrix.h"
#include "hebb/ops/normalized.h"
#include "hebb/ops/reduce.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/factor.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// With numbers for both tolerances.
PseudoInverseAttrs settled(const PseudoInverseAttrs& given, const Tensor& a) {
  PseudoInverseAttrs out = given;
  out.atol = given.atol.value_or(0);
  const double usual = double(std::max(a.size(-1), a.size(-2))) * rms_epsilon(real_of(a.dtype()));
  out.rtol = given.rtol.value_or(*out.atol > 0 ? 0 : usual);
  check(*out.atol >= 0 && *out.rtol >= 0, "atol {} and rtol {} should be at least 0", *out.atol,
        *out.rtol);
  return out;
}

}  // namespace

static Tensors compose_linalg_pinv(const Call& c) {
  const auto& a = c.attributes<PseudoInverseAttrs>();
  a.hermitian ? check_square("A", c.in(0)) : check_matrices("A", c.in(0));
  return {call(op::pseudo_inverse, {c.in(0)}, settled(a, c.in(0)))};
}

constinit const Op op::linalg_pinv = {
    .name = "linalg_pinv",
    .what =
        "The Moore-Penrose inverse of matrices, [..., m, n] -> [..., n, m], without small singular "
        "values.",
    .source = "torch.linalg.pinv",
    .inputs = {"A"},
    .attributes = attrs_type<PseudoInverseAttrs>,
    .no_onnx_because = "ONNX has no singular values",
    .precision = Precision::f32,
    .compose = compose_linalg_pinv,
};

// Of P: -Pᴴ gP Pᴴ + (1 - A P) gPᴴ P Pᴴ + Pᴴ P gPᴴ (1 - P A). Source: Golub and Pereyra, The
// Differentiation of Pseudo-Inverses, 1973.
static Grads pseudo_inverse_vjp(const Call& c, const Grads& dy) {
  const Tensor &a = c.in(0), &p = c.out(0), ph = adjoint(p), gh = adjoint(dy[0]);
  const Tensor left = matmul(matmul(gh, p), ph), right = matmul(ph, matmul(p, gh));
  return {left - matmul(a, matmul(p, left)) + right - matmul(matmul(right, p), a) -
          matmul(ph, matmul(dy[0], ph))};
}

constinit const Op op::pseudo_inverse = {
    .name = "pseudo_inverse",
    .what = "The Moore-Penrose inverse by singular values, without those up to a tolerance.",
    .source = "torch.linalg.pinv",
    .inputs = {"A"},
    .attributes = attrs_type<PseudoInverseAttrs>,
    .no_onnx_because = "a piece of linalg_pinv",
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      Dims shape = c.in(0).shape();
      std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
      return {{c.in(0).dtype(), shape}};
    },
    .kernel = kernel::pseudo_inverse,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = pseudo_inverse_vjp,
    .internal = true,
};

static Tensors compose_linalg_matrix_rank(const Call& c) {
  const auto& given = c.attributes<PseudoInverseAttrs>();
  const Tensor& a = c.in(0);
  given.hermitian ? check_square("A", a) : check_matrices("A", a);
  const PseudoInverseAttrs attrs = settled(given, a);
  if (a.size(-1) == 0 || a.size(-2) == 0)
    return {zeros(batch_of(a), DType::i64, a.device())};
  const Tensor values = attrs.hermitian ? abs(linalg_eigvalsh(a)) : linalg_svdvals(a);
  const Tensor cut = maximum(amax(values, {-1}, true) * *attrs.rtol, *attrs.atol);
  return {sum(gt(values, cut), {-1})};
}

constinit const Op op::linalg_matrix_rank = {
    .name = "linalg_matrix_rank",
    .what = "How many singular values of each matrix lie above a tolerance, as i64.",
    .source = "torch.linalg.matrix_rank",
    .inputs = {"A"},
    .attributes = attrs_type<PseudoInverseAttrs>,
    .no_onnx_because = "ONNX has no singular values",
    .precision = Precision::f32,
    .compose = compose_linalg_matrix_rank,
    .no_gradient_because = "a rank is a whole number",
};

static Tensors compose_linalg_lstsq(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  const auto& attrs = c.attributes<LstsqAttrs>();
  const std::string driver = attrs.driver.value_or("gelsy");
  check_matrices("A", a);
  check_one_dtype("A", a, "B", b);
  const bool by_values = driver == "gelsd" || driver == "gelss";
  check(by_values || driver == "gelsy" || driver == "gels",
        "driver is '{}', should be 'gelsy', 'gels', 'gelsd' or 'gelss'", driver);
  Dims vectors = a.shape();
  vectors.pop_back();
  const bool is_vector = b.dim() == 1 || b.shape() == vectors;
  const Tensor right = is_vector ? unsqueeze(b, -1) : b;
  const int64_t m = a.size(-2), n = a.size(-1);
  check(right.dim() >= 2 && right.size(-2) == m, "A {} has {} rows but B {} has another number",
        a.shape(), m, b.shape());
  const std::optional<double> rtol = attrs.rcond;
  const Tensor x = matmul(linalg_pinv(a, {}, rtol), right);
  const DType real = real_of(a.dtype());
  Tensor residuals = zeros({0}, real, a.device()), rank = zeros({0}, DType::i64, a.device()),
         values = residuals;
  if (driver != "gels")
    rank = linalg_matrix_rank(a, {}, rtol);
  if (by_values)
    values = linalg_svdvals(a);
  if (m > n && driver != "gelsy" && (driver == "gels" || ne(rank, n).sum().item_as_int() == 0))
    residuals = sum(square(abs(matmul(a, x) - right)), {-2});
  return {is_vector ? squeeze(x, -1) : x, residuals, rank, values};
}

constinit const Op op::linalg_lstsq = {
    .name = "linalg_lstsq",
    .what =
        "X that makes |A X - B| least; also residuals, rank and singular values, where the driver "
        "gives them.",
    .source = "torch.linalg.lstsq",
    .inputs = {"A", "B"},
    .outputs = {"solution", "residuals", "rank", "singular_values"},
    .attributes = attrs_type<LstsqAttrs>,
    .no_onnx_because = "ONNX has no least squares",
    .precision = Precision::f32,
    .compose = compose_linalg_lstsq,
    .results = [](const Call&) { return 4; },
};

Tensor linalg_pinv(const Tensor& A, std::optional<double> atol, std::optional<double> rtol,
                   bool hermitian) {
  return call(op::linalg_pinv, {A}, PseudoInverseAttrs{atol, rtol, hermitian});
}
Tensor linalg_matrix_rank(const Tensor& A, std::optional<double> atol, std::optional<double> rtol,
                          bool hermitian) {
  return call(op::linalg_matrix_rank, {A}, PseudoInverseAttrs{atol, rtol, hermitian});
}
Lstsq linalg_lstsq(const Tensor& A, const Tensor& B, std::optional<double> rcond,
                   const std::string& driver) {
  const Tensors out = call_all(op::linalg_lstsq, {A, B}, LstsqAttrs{rcond, driver});
  return {out[0], out[1], out[2], out[3]};
}

}  // namespace hebb
