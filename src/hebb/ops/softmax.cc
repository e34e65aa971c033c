// ops/softmax.cc: softmax and log-softmax. Their gradients need the result only, not the input.

#include "hebb/ops/softmax.h"

#include "hebb/base/check.h"
#include "hebb/kernels/softmax.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/softmax_onnx.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/softmax.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Specs infer_softmax(const Call& c) {
  const DType dtype = c.common_dtype();
  wrap_dim(c.attributes<SoftmaxAttrs>().dim, c.in(0).dim());
  check(is_floating(dtype),
        "is not defined for {}; convert the input to a floating dtype, or ask for one",
        name(dtype));
  return {{dtype, c.in(0).shape()}};
}

DType asked_dtype(const Call& c) {
  return c.attributes<SoftmaxAttrs>().dtype.value_or(c.in(0).dtype());
}

Tensor sum_along(const Tensor& x, const Call& c) {
  return sum(x, x.dim() ? Dims{c.attributes<SoftmaxAttrs>().dim} : Dims{}, true);
}

Cost per_element(const Call& c) {
  return {.flops = 12 * double(c.in(0).numel())};
}

}  // namespace

constinit const Op op::softmax = {
    .name = "softmax",
    .what =
        "exp(x) / sum(exp(x)) along a dimension, without overflow: positive numbers that add up to "
        "1.",
    .source = "torch.nn.functional.softmax",
    .inputs = {"input"},
    .attributes = attrs_type<SoftmaxAttrs>,
    .onnx = {{.type = "Softmax",
              .since = 13,
              .attributes = {{"dim", "axis"}},
              .nodes = "Unsqueeze, Squeeze",
              .to = onnx::write_softmax}},
    .precision = Precision::f32,
    .promote_to = asked_dtype,
    .infer = infer_softmax,
    .kernel = kernel::softmax,
    .keep = {Keep::output(0)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::softmax_backward, {dy[0], c.out(0)}, c.attributes<SoftmaxAttrs>())};
    },
    .cost = per_element,
};

constinit const Op op::log_softmax = {
    .name = "log_softmax",
    .what = "The logarithm of softmax, x - log(sum(exp(x))), without overflow.",
    .source = "torch.nn.functional.log_softmax",
    .inputs = {"input"},
    .attributes = attrs_type<SoftmaxAttrs>,
    .onnx = {{.type = "LogSoftmax",
              .since = 13,
              .attributes = {{"dim", "axis"}},
              .nodes = "Unsqueeze, Squeeze",
              .to = onnx::write_softmax}},
    .precision = Precision::f32,
    .promote_to = asked_dtype,
    .infer = infer_softmax,
    .kernel = kernel::log_softmax,
    .keep = {Keep::output(0)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::log_softmax_backward, {dy[0], c.out(0)}, c.attributes<SoftmaxAttrs>())};
    },
    .cost = per_element,
};

constinit const Op op::softmin = {
    .name = "softmin",
    .what = "exp(-x) / sum(exp(-x)) along a dimension, without overflow: the least gets the most.",
    .source = "torch.nn.functional.softmin",
    .inputs = {"input"},
    .attributes = attrs_type<SoftmaxAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Neg, Softmax, Unsqueeze, Squeeze",
              .to = onnx::write_softmin}},
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<SoftmaxAttrs>();
      return {hebb::softmax(-c.in(0), a.dim, a.dtype)};
    },
};

static Grads softmax_backward_vjp(const Call& c, const Grads& g) {
  const Tensor &dy = c.in(0), &y = c.in(1);
  return {
      c.wants(0) ? call(op::softmax_backward, {g[0], y}, c.attributes<SoftmaxAttrs>()) : Tensor(),
      c.wants(1) ? g[0] * (dy - sum_along(dy * y, c)) - dy * sum_along(g[0] * y, c) : Tensor()};
}

constinit const Op op::softmax_backward = GradientKernel{
    .name = "softmax_backward",
    .what = "The gradient of softmax from its result y: y (g - sum(g y)).",
    .inputs = {"grad", "output"},
    .attributes = attrs_type<SoftmaxAttrs>,
    .infer = infer_softmax,
    .kernel = kernel::softmax_backward,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = softmax_backward_vjp,
    .cost = per_element,
};

constinit const Op op::log_softmax_backward = GradientKernel{
    .name = "log_softmax_backward",
    .what = "The gradient of log_softmax from its result y: g - exp(y) sum(g).",
    .inputs = {"grad", "output"},
    .attributes = attrs_type<SoftmaxAttrs>,
    .infer = infer_softmax,
    .kernel = kernel::log_softmax_backward,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = [](const Call& c, const Grads& g) -> Grads {
      const Tensor p = hebb::exp(c.in(1));
      return {c.wants(0) ? g[0] - sum_along(g[0] * p, c) : Tensor(),
              c.wants(1) ? -(g[0] * p) * sum_along(c.in(0), c) : Tensor()};
    },
    .cost = per_element,
};

Tensor softmax(const Tensor& input, int64_t dim, std::optional<DType> dtype) {
  return call(op::softmax, {input}, SoftmaxAttrs{dim, dtype});
}
Tensor softmin(const Tensor& input, int64_t dim, std::optional<DType> dtype) {
  return call(op::softmin, {input}, SoftmaxAttrs{dim, dtype});
}
Tensor log_softmax(const Tensor& input, int64_t dim, std::optional<DType> dtype) {
  return call(op::log_softmax, {input}, SoftmaxAttrs{dim, dtype});
}

}  // namespace hebb
