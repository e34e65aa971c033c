// ops/factor.cc: factors of matrices. In gradient rules gX is the gradient of X, and Xᴴ its
// conjugate transpose. The rules are those of PyTorch (torch/csrc/autograd/FunctionsManual.cpp
// derives them).

#include "hebb/ops/factor.h"

#include <algorithm>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/diagonal.h"
#include "hebb/ops/join.h"
#include "hebb/ops/mask.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/matrix.h"
#include "hebb/ops/solve.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/factor.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view no_factors_onnx = "ONNX has no factors of matrices";

int two_results(const Call&) {
  return 2;
}

Specs infer_hermitian(const Call& c) {
  check_square("A", c.in(0));
  return {{c.in(0).dtype(), c.in(0).shape()}};
}

// The diagonal of [..., n, n] halved, all else as it is.
Tensor with_half_diagonal(const Tensor& x) {
  return x - 0.5 * diag_embed(diagonal(x, 0, -2, -1));
}

Tensor half_of_hermitian(const Tensor& x) {
  return 0.5 * (x + adjoint(x));
}

Tensor skew(const Tensor& x) {  // skew-Hermitian: what is left of a rotation's gradient
  return x - adjoint(x);
}

// values[k] - values[i] at [i, k], 1 on the diagonal.
Tensor differences(const Tensor& values) {
  const int64_t n = values.size(-1);
  return unsqueeze(values, -2) - unsqueeze(values, -1) + eye(n, values.dtype(), values.device());
}

Tensor first_columns(const Tensor& x, int64_t n) {
  return x.size(-1) == n ? x : slice(x, -1, Slice(0, n));
}
Tensor first_rows(const Tensor& x, int64_t n) {
  return x.size(-2) == n ? x : slice(x, -2, Slice(0, n));
}

}  // namespace

static Grads linalg_cholesky_vjp(const Call& c, const Grads& dy) {
  const bool upper = c.attributes<CholeskyAttrs>().upper;
  const Tensor l = upper ? adjoint(c.out(0)) : c.out(0), gl = upper ? adjoint(dy[0]) : dy[0];
  const Tensor inner = half_of_hermitian(with_half_diagonal(tril(matmul(adjoint(l), gl))));
  // L^-H inner L^-1
  const Tensor half = linalg_solve_triangular(adjoint(l), inner, true);
  return {linalg_solve_triangular(l, half, false, false)};
}

constinit const Op op::linalg_cholesky = {
    .name = "linalg_cholesky",
    .what =
        "The triangle L of A = L L^H for positive definite A, of which one triangle is read; "
        "others are refused.",
    .source = "torch.linalg.cholesky; Murray, Differentiation of the Cholesky decomposition, 2016",
    .inputs = {"A"},
    .attributes = attrs_type<CholeskyAttrs>,
    .no_onnx_because = no_factors_onnx,
    .precision = Precision::f32,
    .infer = infer_hermitian,
    .kernel = kernel::linalg_cholesky,
    .keep = {Keep::output(0)},
    .vjp = linalg_cholesky_vjp,
};

static Specs infer_linalg_qr(const Call& c) {
  const Tensor& a = c.in(0);
  const std::string& mode = c.attributes<QrAttrs>().mode;
  check_matrices("A", a);
  check(mode == "reduced" || mode == "complete" || mode == "r",
        "mode is '{}', should be 'reduced', 'complete' or 'r'", mode);
  const int64_t m = a.size(-2), n = a.size(-1), k = mode == "complete" ? m : std::min(m, n);
  Dims q = batch_of(a), r = q;
  for (int64_t size : {m, k})
    q.push_back(size);
  for (int64_t size : {k, n})
    r.push_back(size);
  return {{a.dtype(), mode == "r" ? Dims{0} : q}, {a.dtype(), r}};
}

// For R square: A [..., m, n] with m >= n.
static Tensor tall_qr_gradient(const Tensor& q, const Tensor& r, const Tensor& gq,
                               const Tensor& gr) {
  Tensor inner;
  if (gr.defined())
    inner = matmul(gr, adjoint(r));
  if (gq.defined()) {
    const Tensor turned = matmul(adjoint(q), gq);
    inner = inner.defined() ? inner - turned : -turned;
  }
  const Tensor upper = with_half_diagonal(triu(inner));
  Tensor ga = matmul(q, upper + adjoint(upper));
  if (gq.defined())
    ga = ga + gq;
  return linalg_solve_triangular(adjoint(r), ga, false, false);
}

static Grads linalg_qr_vjp(const Call& c, const Grads& dy) {
  const std::string& mode = c.attributes<QrAttrs>().mode;
  const Tensor &a = c.in(0), &q = c.out(0), &r = c.out(1);
  const Tensor &gq = dy[0], &gr = dy[1];
  const int64_t m = a.size(-2), n = a.size(-1);
  check(mode != "r", "mode 'r' has no gradient: it depends on Q");
  check(mode == "reduced" || m <= n,
        "mode 'complete' has no gradient for more rows than columns: {} and {}", m, n);
  if (!gq.defined() && !gr.defined())
    return {zeros_like(a)};
  if (m >= n)
    return {tall_qr_gradient(q, r, gq, gr)};
  // A = [A1 A2] with A1 = Q R1 and R2 = Q^H A2: what reaches Q comes from R2, too.
  const auto behind = [&](const Tensor& x) { return slice(x, -1, Slice(m, n)); };
  const Tensor r1 = first_columns(r, m);
  if (!gr.defined()) {
    Dims rest = a.shape();
    rest.back() = n - m;
    return {cat({tall_qr_gradient(q, r1, gq, {}), zeros(rest, a.dtype(), a.device())}, -1)};
  }
  const Tensor from_r2 = matmul(q, matmul(behind(r), adjoint(behind(gr))));
  return {cat({tall_qr_gradient(q, r1, gq.defined() ? gq + from_r2 : from_r2, first_columns(gr, m)),
               matmul(q, behind(gr))},
              -1)};
}

constinit const Op op::linalg_qr = {
    .name = "linalg_qr",
    .what =
        "Q and R of A = Q R: Q has orthonormal columns, R is upper triangular. mode: reduced, "
        "complete, or r for R alone.",
    .source = "torch.linalg.qr",
    .inputs = {"A"},
    .outputs = {"Q", "R"},
    .attributes = attrs_type<QrAttrs>,
    .no_onnx_because = no_factors_onnx,
    .precision = Precision::f32,
    .infer = infer_linalg_qr,
    .kernel = kernel::linalg_qr,
    .keep = {Keep::output(0), Keep::output(1)},
    .vjp = linalg_qr_vjp,
    .results = two_results,
};

static Specs infer_linalg_svd(const Call& c) {
  const Tensor& a = c.in(0);
  check_matrices("A", a);
  const int64_t m = a.size(-2), n = a.size(-1), k = std::min(m, n);
  const bool full = c.attributes<SvdAttrs>().full_matrices;
  const auto with = [&](std::initializer_list<int64_t> sizes) {
    Dims shape = batch_of(a);
    shape.append(sizes.begin(), sizes.end());
    return shape;
  };
  return {{a.dtype(), with({m, full ? m : k})},
          {real_of(a.dtype()), with({k})},
          {a.dtype(), with({full ? n : k, n})}};
}

// With E the differences of the squares of S:
//   gA = U [(skew(UᴴgU) / E) S + S (skew(VᴴgV) / E) + diag(gS)] Vh
//        + (1 - U Uᴴ) gU S⁻¹ Vh + U S⁻¹ gVh (1 - V Vᴴ)
// and for complex numbers the phase that U and V share: diag(UᴴgU) / 2S, made imaginary.
static Grads linalg_svd_vjp(const Call& c, const Grads& dy) {
  const Tensor &a = c.in(0), &s = c.out(1);
  const int64_t k = s.size(-1);
  const Tensor u = first_columns(c.out(0), k), vh = first_rows(c.out(2), k);
  const Tensor gu = dy[0].defined() ? first_columns(dy[0], k) : Tensor(),
               gvh = dy[2].defined() ? first_rows(dy[2], k) : Tensor();
  const bool turns = is_complex(a.dtype());
  Tensor inner = dy[1].defined() ? diag_embed(cast(dy[1], a.dtype())) : Tensor();
  const auto add_inner = [&](const Tensor& x) { inner = inner.defined() ? inner + x : x; };
  const Tensor columns = unsqueeze(s, -2), rows = unsqueeze(s, -1);
  const Tensor e = gu.defined() || gvh.defined() ? differences(s * s) : Tensor();
  if (gu.defined()) {
    const Tensor turned = skew(matmul(adjoint(u), gu));
    add_inner(turned / e * columns);
    if (turns)
      add_inner(diag_embed(diagonal(turned, 0, -2, -1) / (2 * s)));
  }
  if (gvh.defined())
    add_inner(rows * (skew(matmul(vh, adjoint(gvh))) / e));
  if (!inner.defined())
    return {zeros_like(a)};
  Tensor ga = matmul(u, matmul(inner, vh));
  if (gu.defined() && a.size(-2) > k) {
    const Tensor scaled = gu / columns;
    ga = ga + matmul(scaled - matmul(u, matmul(adjoint(u), scaled)), vh);
  }
  if (gvh.defined() && a.size(-1) > k) {
    const Tensor scaled = gvh / rows;
    ga = ga + matmul(u, scaled - matmul(matmul(scaled, adjoint(vh)), vh));
  }
  return {ga};
}

constinit const Op op::linalg_svd = {
    .name = "linalg_svd",
    .what =
        "U, S and Vh of A = U diag(S) Vh: orthonormal columns and rows, and falling singular "
        "values.",
    .source = "torch.linalg.svd",
    .inputs = {"A"},
    .outputs = {"U", "S", "Vh"},
    .attributes = attrs_type<SvdAttrs>,
    .no_onnx_because = no_factors_onnx,
    .precision = Precision::f32,
    .infer = infer_linalg_svd,
    .kernel = kernel::linalg_svd,
    .keep = {Keep::output(0), Keep::output(1), Keep::output(2)},
    .vjp = linalg_svd_vjp,
    .results = [](const Call&) { return 3; },
};

constinit const Op op::linalg_svdvals = {
    .name = "linalg_svdvals",
    .what = "The singular values of matrices, falling: [..., m, n] -> [..., min(m, n)].",
    .source = "torch.linalg.svdvals",
    .inputs = {"A"},
    .no_onnx_because = no_factors_onnx,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      return {call_all(op::linalg_svd, {c.in(0)}, SvdAttrs{false})[1]};
    },
};

static Specs infer_linalg_eigh(const Call& c) {
  const Tensor& a = c.in(0);
  const std::string& triangle = c.attributes<EighAttrs>().UPLO;
  check_square("A", a);
  check(triangle == "L" || triangle == "U" || triangle == "l" || triangle == "u",
        "UPLO is '{}', should be 'L' or 'U', the triangle that is read", triangle);
  Dims values = batch_of(a);
  values.push_back(a.size(-1));
  return {{real_of(a.dtype()), values}, {a.dtype(), a.shape()}};
}

// gA = Q [diag(gL) + skew(QᴴgQ) / 2E outside the diagonal] Qᴴ, with E the differences of L.
static Grads linalg_eigh_vjp(const Call& c, const Grads& dy) {
  const Tensor &l = c.out(0), &q = c.out(1);
  Tensor inner = dy[0].defined() ? diag_embed(cast(dy[0], q.dtype())) : Tensor();
  if (dy[1].defined()) {
    const Tensor turned = 0.5 * skew(matmul(adjoint(q), dy[1])),
                 outside = turned - diag_embed(diagonal(turned, 0, -2, -1));
    const Tensor share = outside / differences(l);
    inner = inner.defined() ? inner + share : share;
  }
  if (!inner.defined())
    return {zeros_like(c.in(0))};
  return {matmul(q, matmul(inner, adjoint(q)))};
}

constinit const Op op::linalg_eigh = {
    .name = "linalg_eigh",
    .what =
        "The eigenvalues, rising, and the eigenvectors, as columns, of Hermitian matrices, of "
        "which one triangle is read.",
    .source = "torch.linalg.eigh",
    .inputs = {"A"},
    .outputs = {"eigenvalues", "eigenvectors"},
    .attributes = attrs_type<EighAttrs>,
    .no_onnx_because = no_factors_onnx,
    .precision = Precision::f32,
    .infer = infer_linalg_eigh,
    .kernel = kernel::linalg_eigh,
    .keep = {Keep::output(0), Keep::output(1)},
    .vjp = linalg_eigh_vjp,
    .results = two_results,
};

constinit const Op op::linalg_eigvalsh = {
    .name = "linalg_eigvalsh",
    .what = "The eigenvalues of Hermitian matrices, rising; one triangle is read.",
    .source = "torch.linalg.eigvalsh",
    .inputs = {"A"},
    .attributes = attrs_type<EighAttrs>,
    .no_onnx_because = no_factors_onnx,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      return {call_all(op::linalg_eigh, {c.in(0)}, c.attrs())[0]};
    },
};

Tensor linalg_cholesky(const Tensor& A, bool upper) {
  return call(op::linalg_cholesky, {A}, CholeskyAttrs{upper});
}
std::pair<Tensor, Tensor> linalg_qr(const Tensor& A, const std::string& mode) {
  const Tensors out = call_all(op::linalg_qr, {A}, QrAttrs{mode});
  return {out[0], out[1]};
}
Svd linalg_svd(const Tensor& A, bool full_matrices) {
  const Tensors out = call_all(op::linalg_svd, {A}, SvdAttrs{full_matrices});
  return {out[0], out[1], out[2]};
}
Tensor linalg_svdvals(const Tensor& A) {
  return call(op::linalg_svdvals, {A});
}
std::pair<Tensor, Tensor> linalg_eigh(const Tensor& A, const std::string& UPLO) {
  const Tensors out = call_all(op::linalg_eigh, {A}, EighAttrs{UPLO});
  return {out[0], out[1]};
}
Tensor linalg_eigvalsh(const Tensor& A, const std::string& UPLO) {
  return call(op::linalg_eigvalsh, {A}, EighAttrs{UPLO});
}

}  // namespace hebb
