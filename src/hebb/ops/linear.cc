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

// A vector of weights is a matrix of one row, whose results have no dimension of their own.
bool is_vector(const Tensor& weight) {
  return weight.dim() == 1;
}

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
  check(weight.dim() == 2 || is_vector(weight),
        "weight {} should be a matrix [out, in], or a vector [in]", weight.shape());
  check(input.dim() >= 1, "input should have at least one dimension: its features");
  check(input.size(-1) == weight.size(-1), "input {} has {} features but weight {} expects {}",
        input.shape(), input.size(-1), weight.shape(), weight.size(-1));
  check(input.dtype() == weight.dtype(), "input is {} but weight is {}; they should have one dtype",
        name(input.dtype()), name(weight.dtype()));
  if (c.has(2)) {
    check(!is_vector(weight) || c.in(2).dim() == 0,
          "bias {} should be one number, as weight {} is a vector", c.in(2).shape(),
          weight.shape());
    check(is_vector(weight) || c.in(2).shape() == Dims{weight.size(0)},
          "bias {} should have the shape [{}], one value for each output", c.in(2).shape(),
          weight.size(0));
    check(c.in(2).dtype() == weight.dtype(),
          "bias is {} but weight is {}; they should have one dtype", name(c.in(2).dtype()),
          name(weight.dtype()));
  }
  Dims shape = input.shape();
  shape.pop_back();
  if (!is_vector(weight))
    shape.push_back(weight.size(0));
  return {{input.dtype(), shape}};
}

static Grads linear_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const bool vector = is_vector(c.in(1));
    const Tensor dy2 = rows(vector ? unsqueeze(dy[0], -1) : dy[0]);
    Grads grads(3);
    if (c.wants(0))
      grads[0] = reshape(matmul(dy2, vector ? unsqueeze(c.in(1), 0) : c.in(1)), c.in(0).shape());
    if (c.wants(1))
      grads[1] = reshape(matmul(transpose(dy2, 0, 1), rows(c.in(0))), c.in(1).shape());
    if (c.wants(2))
      grads[2] = sum(dy2, vector ? Dims{0, 1} : Dims{0});
    return grads;
  });
}

constinit const Op op::linear = {
    .name = "linear",
    .what =
        "The affine map of the last dimension, x W^T + b: [..., in] -> [..., out] with weight "
        "[out, in], -> [...] with a vector.",
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
      return {.flops = 2.0 * double(c.out(0).numel()) * double(c.in(1).size(-1))};
    },
};

Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  return call(op::linear, {input, weight, bias});
}

}  // namespace hebb
