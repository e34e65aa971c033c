// ops/matmul.cc: matrix products.

#include "hebb/ops/matmul.h"

#include "hebb/base/check.h"
#include "hebb/kernels/matmul.h"
#include "hebb/ops/holomorphic.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/matmul.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Tensor swap_last(const Tensor& x) {
  return transpose(x, -2, -1);
}

Specs infer_matmul(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  check(a.dtype() == b.dtype(), "input is {} but other is {}; they should have one dtype",
        name(a.dtype()), name(b.dtype()));
  check(a.dim() >= 2 && b.dim() >= 2, "the kernel takes matrices");
  check(a.size(-1) == b.size(-2),
        "input {} has {} columns but other {} has {} rows; they should be equal", a.shape(),
        a.size(-1), b.shape(), b.size(-2));
  Dims left = a.shape(), right = b.shape();
  left.resize(left.size() - 2);
  right.resize(right.size() - 2);
  Dims shape = broadcast(left, right);
  shape.push_back(a.size(-2));
  shape.push_back(b.size(-1));
  return {{a.dtype(), shape}};
}

}  // namespace

static Grads bmm_broadcast_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const Tensor &a = c.in(0), &b = c.in(1);
    return {c.wants(0) ? sum_to(matmul(dy[0], swap_last(b)), a.shape()) : Tensor(),
            c.wants(1) ? sum_to(matmul(swap_last(a), dy[0]), b.shape()) : Tensor()};
  });
}

// What users call is matmul, which turns vectors into matrices first.
constinit const Op op::bmm_broadcast = {
    .name = "bmm_broadcast",
    .what =
        "The product of matrices [..., n, k] [..., k, m] -> [..., n, m]; the dimensions in front "
        "broadcast.",
    .source = "torch.matmul",
    .inputs = {"input", "other"},
    .onnx = {{.type = "MatMul", .since = 13}},
    .precision = Precision::low,
    .infer = infer_matmul,
    .kernel = kernel::matmul,
    .keep = {Keep::input(0, {1}), Keep::input(1, {0})},
    .vjp = bmm_broadcast_vjp,
    .cost = [](const Call& c) -> Cost {
      return {.flops = 2.0 * double(c.out(0).numel()) * double(c.in(0).size(-1))};
    },
    .internal = true,
};

static Tensors compose_matmul(const Call& c) {
  const Tensor &a = c.in(0), &b = c.in(1);
  check(a.dim() >= 1 && b.dim() >= 1, "both operands should have at least one dimension");
  if (a.dim() > 2 && b.dim() == 2) {  // one matrix for the whole batch: its rows come one after
                                      // the other, in one product
    check(a.size(-1) == b.size(0),
          "input {} has {} columns but other {} has {} rows; they should be equal", a.shape(),
          a.size(-1), b.shape(), b.size(0));
    Dims shape = a.shape();
    shape.resize(shape.size() - 1);
    const Tensor rows = reshape(a, {product(shape), a.size(-1)});
    shape.push_back(b.size(1));
    return {reshape(call(op::bmm_broadcast, {rows, b}), shape)};
  }
  const Tensor left = a.dim() == 1 ? unsqueeze(a, 0) : a,
               right = b.dim() == 1 ? unsqueeze(b, 1) : b;
  Tensor out = call(op::bmm_broadcast, {left, right});
  if (a.dim() == 1)
    out = squeeze(out, -2);
  if (b.dim() == 1)
    out = squeeze(out, -1);
  return {out};
}

constinit const Op op::matmul = {
    .name = "matmul",
    .what =
        "The matrix product, batched; a vector counts as one row on the left, as one column on the "
        "right.",
    .source = "torch.matmul",
    .inputs = {"input", "other"},
    .onnx = {{.type = "MatMul", .since = 13}},
    .precision = Precision::low,
    .compose = compose_matmul,
};

Tensor matmul(const Tensor& input, const Tensor& other) {
  return call(op::matmul, {input, other});
}

}  // namespace hebb
