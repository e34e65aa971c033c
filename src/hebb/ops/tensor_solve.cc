// ops/tensor_solve.cc: linear systems of tensors, written in those of matrices.

#include "hebb/ops/tensor_solve.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/op.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/solve.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/tensor_solve.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view no_tensor_systems_onnx = "ONNX has no linear systems";

Dims part(const Dims& shape, size_t from, size_t to) {
  return Dims(std::span<const int64_t>(shape).subspan(from, to - from));
}

Tensors compose_tensorinv(const Call& c) {
  const Tensor& a = c.in(0);
  const int64_t ind = c.attributes<TensorInvAttrs>().ind;
  check(ind > 0 && ind < std::max<int64_t>(a.dim(), 1),
        "ind is {}, should be from 1 to one less than the dimensions of A {}", ind, a.shape());
  const Dims rows = part(a.shape(), 0, size_t(ind)),
             columns = part(a.shape(), size_t(ind), a.shape().size());
  check(product(rows) == product(columns),
        "the first {} sizes of A {} have the product {}, but the others have {}", ind, a.shape(),
        product(rows), product(columns));
  Dims shape = columns;
  shape.append(rows.begin(), rows.end());
  return {reshape(linalg_inv(reshape(a, {product(rows), product(columns)})), shape)};
}

Tensors compose_tensorsolve(const Call& c) {
  const Tensor& b = c.in(1);
  const Dims& dims = c.attributes<TensorSolveAttrs>().dims;
  Dims last;
  for (size_t i = 0; i < dims.size(); ++i)
    last.push_back(c.in(0).dim() - int64_t(dims.size() - i));
  const Tensor a = dims.empty() ? c.in(0) : movedim(c.in(0), dims, last);
  check(a.dim() >= b.dim(), "A {} should have at least as many dimensions as B {}", a.shape(),
        b.shape());
  const Dims shape = part(a.shape(), b.shape().size(), a.shape().size());
  const int64_t n = b.numel();
  check(product(shape) == n && a.numel() == n * n,
        "A {} should have as many elements as B {} behind those of B, and as many before",
        a.shape(), b.shape());
  return {reshape(linalg_solve(reshape(a, {n, n}), reshape(b, {n})), shape)};
}

}  // namespace

constinit const Op op::linalg_tensorinv = {
    .name = "linalg_tensorinv",
    .what = "The inverse of A for tensordot over ind dimensions.",
    .source = "torch.linalg.tensorinv",
    .inputs = {"A"},
    .attributes = attrs_type<TensorInvAttrs>,
    .no_onnx_because = no_tensor_systems_onnx,
    .precision = Precision::f32,
    .compose = compose_tensorinv,
};

constinit const Op op::linalg_tensorsolve = {
    .name = "linalg_tensorsolve",
    .what = "X of tensordot(A, X) = B over all dimensions of X.",
    .source = "torch.linalg.tensorsolve",
    .inputs = {"A", "B"},
    .attributes = attrs_type<TensorSolveAttrs>,
    .no_onnx_because = no_tensor_systems_onnx,
    .precision = Precision::f32,
    .compose = compose_tensorsolve,
};

Tensor linalg_tensorinv(const Tensor& A, int64_t ind) {
  return call(op::linalg_tensorinv, {A}, TensorInvAttrs{ind});
}
Tensor linalg_tensorsolve(const Tensor& A, const Tensor& B, const Dims& dims) {
  return call(op::linalg_tensorsolve, {A, B}, TensorSolveAttrs{dims});
}

}  // namespace hebb
