// ops/eig.cc: eigenvalues and eigenvectors of any square matrices. They are complex numbers.

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/complex.h"
#include "hebb/ops/create.h"
#include "hebb/ops/diagonal.h"
#include "hebb/ops/factor.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/matrix.h"
#include "hebb/ops/op.h"
#include "hebb/ops/ranges.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/solve.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/factor.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Specs infer_eig(const Call& c) {
  const Tensor& a = c.in(0);
  check_square("A", a);
  const DType dtype = real_of(a.dtype()) == DType::f64 ? DType::c128 : DType::c64;
  Dims values = batch_of(a);
  values.push_back(a.size(-1));
  return {{dtype, values}, {dtype, a.shape()}};
}

// gA = V^-H [diag(gL) + (VᴴgV - VᴴV diag(Re VᴴgV)) / conj(E) outside the diagonal] Vᴴ, with E the
// differences of L. Source: Boeddeker et al., On the Computation of Complex-valued Gradients, 2019,
// for vectors of length 1 whose phase counts for nothing.
Grads eig_vjp(const Call& c, const Grads& dy) {
  const Tensor &values = c.out(0), &v = c.out(1), vh = adjoint(v);
  if (!dy[0].defined() && !dy[1].defined())
    return {};
  Tensor inner = dy[0].defined() ? diag_embed(dy[0]) : Tensor();
  if (dy[1].defined()) {
    const Tensor turned = matmul(vh, dy[1]);
    const Tensor lengths = real(diagonal(turned, 0, -2, -1));
    const Tensor apart = turned - matmul(vh, v * unsqueeze(cast(lengths, v.dtype()), -2));
    const Tensor differences = unsqueeze(values, -2) - unsqueeze(values, -1) +
                               eye(values.size(-1), values.dtype(), values.device());
    const Tensor share = apart / conj(differences);
    const Tensor outside = share - diag_embed(diagonal(share, 0, -2, -1));
    inner = inner.defined() ? inner + outside : outside;
  }
  const Tensor ga = linalg_solve(vh, matmul(inner, vh));
  return {is_complex(c.in(0).dtype()) ? ga : cast(real(ga), c.in(0).dtype())};
}

}  // namespace

constinit const Op op::linalg_eig = {
    .name = "linalg_eig",
    .what =
        "The eigenvalues, rising by real and then by imaginary part, and the eigenvectors, as "
        "columns of length 1, of square matrices: complex numbers.",
    .source = "torch.linalg.eig",
    .inputs = {"A"},
    .outputs = {"L", "V"},
    .no_onnx_because = because::no_complex_numbers,
    .precision = Precision::f32,
    .infer = infer_eig,
    .kernel = kernel::linalg_eig,
    .keep = {Keep::output(0), Keep::output(1)},
    .vjp = eig_vjp,
    .results = [](const Call&) { return 2; },
};

constinit const Op op::linalg_eigvals = {
    .name = "linalg_eigvals",
    .what = "The eigenvalues of square matrices, rising by real and then by imaginary part.",
    .source = "torch.linalg.eigvals",
    .inputs = {"A"},
    .no_onnx_because = because::no_complex_numbers,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors { return {call_all(op::linalg_eig, {c.in(0)})[0]}; },
};

std::pair<Tensor, Tensor> linalg_eig(const Tensor& A) {
  const Tensors out = call_all(op::linalg_eig, {A});
  return {out[0], out[1]};
}
Tensor linalg_eigvals(const Tensor& A) {
  return call(op::linalg_eigvals, {A});
}

}  // namespace hebb
