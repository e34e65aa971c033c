// ops/linear.cc: the affine map of a fully connected layer.

#include "hebb/ops/linear.h"

#include "hebb/base/check.h"
#include "hebb/kernels/matmul.h"
#include "hebb/ops/holomorphic.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/matmul_onnx.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/linear.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// [..., n] -> [rows, n], dense: oneDNN reads no repeated values, which the gradient of a sum is
// made of.
Tensor rows(const Tensor& x) {
  const int64_t n = x.size(-1);
  Dims shape = x.shape();
  shape.resize(shape.size() - 1);
  return reshape(x.contiguous(), {product(shape), n});
}

}  // namespace

static Specs infer_linear(const Call& c) {
  const Tensor &input = c.in(0), &weight = c.in(1);
  check(weight.dim() == 2, "weight {} should be a matrix [out, in]", weight.shape());
  check(input.dim() >= 1, "input should have at least one dimension: its features");
  check(input.size(-1) == weight.size(1), "input {} has {} features but weight {} expects {}",
        input.shape(), input.size(-1), weight.shape(), weight.size(1));
  check(input.dtype() == weight.dtype(), "input is {} but weight is {}; they should have one dtype",
        name(input.dtype()), name(weight.dtype()));
  if (c.has(2)) {
    check(c.in(2).shape() == Dims{weight.size(0)},
          "bias {} should have the shape [{}], one value for each output", c.in(2).shape(),
          weight.size(0));
    check(c.in(2).dtype() == weight.dtype(),
          "bias is {} but weight is {}; they should have one dtype", name(c.in(2).dtype()),
          name(weight.dtype()));
  }
  Dims shape = input.shape();
  shape.back() = weight.size(0);
  return {{input.dtype(), shape}};
}

static Grads linear_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const Tensor dy2 = rows(dy[0]);
    return {c.wants(0) ? reshape(matmul(dy2, c.in(1)), c.in(0).shape()) : Tensor(),
            c.wants(1) ? matmul(transpose(dy2, 0, 1), rows(c.in(0))) : Tensor(),
            c.wants(2) ? sum(dy2, {0}) : Tensor()};
  });
}

constinit const Op op::linear = {
    .name = "linear",
    .what =
        "The affine map of the last dimension, x W^T + b: [..., in] -> [..., out] with weight "
        "[out, in].",
    .source = "torch.nn.functional.linear",
    .inputs = {"input", "weight", "bias?"},
    .onnx = {{.type = "Gemm",
              .since = 13,
              .nodes = "Transpose, MatMul, Add",
              .to = onnx::write_linear,
              .from = onnx::read_gemm}},
    .precision = Precision::low,
    .infer = infer_linear,
    .kernel = kernel::linear,
    .keep = {Keep::input(0, {1}), Keep::input(1, {0})},
    .vjp = linear_vjp,
    .cost = [](const Call& c) -> Cost {
      return {.flops = 2.0 * double(c.out(0).numel()) * double(c.in(1).size(1))};
    },
};

Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  return call(op::linear, {input, weight, bias});
}

}  // namespace hebb
