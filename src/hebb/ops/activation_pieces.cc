// ops/activation_pieces.cc: activations made of pieces, mostly of straight lines, and the gradient
// kernels of those that a network runs all the time.

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/activation_onnx.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/activation.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

using T = const Tensor&;

// The gradient of a gradient kernel that is grad times a step function of input: the same kernel
// again, and nothing.
Grads same_step(const Call& c, const Grads& dy) {
  return {call(c.op(), {dy[0], c.in(1)}, c.attrs()), Tensor()};
}

}  // namespace

constinit const Op op::relu = Function{
    .name = "relu",
    .what = "The positive part, max(x, 0).",
    .source = "torch.relu; Nair and Hinton 2010",
    .onnx = {{.type = "Relu", .since = 13}},
    .promotion = Promotion::common,
    .keep = keep_result,
    .vjp = backward_of_result<op::relu_backward>,
    .cost = flops_per_element<1>,
};

constinit const Op op::relu_backward = ElementwiseGradient{
    .name = "relu_backward",
    .what = "The gradient of relu from its result y: g where y > 0, else 0.",
    .inputs = {"grad", "result"},
    .vjp = same_step,
};

constinit const Op op::relu6 = Function{
    .name = "relu6",
    .what = "The positive part up to 6, min(max(x, 0), 6).",
    .source = "torch.nn.functional.relu6; Krizhevsky 2010",
    .onnx = {{.since = 13, .nodes = "Clip", .to = onnx::write_relu6}},
    .promotion = Promotion::common,
    .gradient_from_input =
        [](T g, T x) {
          return call(op::hardtanh_backward, {g, x}, HardtanhAttrs{0, 6});
        },
    .cost = flops_per_element<2>,
};

constinit const Op op::leaky_relu = Function{
    .name = "leaky_relu",
    .what = "x where it is positive, else negative_slope x.",
    .source = "torch.nn.functional.leaky_relu; Maas, Hannun and Ng 2013",
    .attributes = attrs_type<LeakyReluAttrs>,
    .onnx = {{.type = "LeakyRelu", .since = 13, .attributes = {{"negative_slope", "alpha"}}}},
    .keep = keep_input,
    .vjp = backward_of_input<op::leaky_relu_backward>,
    .cost = flops_per_element<2>,
};

constinit const Op op::leaky_relu_backward = ElementwiseGradient{
    .name = "leaky_relu_backward",
    .what = "The gradient of leaky_relu: g where x > 0, else negative_slope g.",
    .attributes = attrs_type<LeakyReluAttrs>,
    .vjp = same_step,
};

static Tensors compose_prelu(const Call& c) {
  const Tensor &x = c.in(0), &weight = c.in(1);
  const int64_t channels = x.dim() > 1 ? x.size(1) : 1;
  check(weight.dim() <= 1 && (weight.numel() == 1 || weight.numel() == channels),
        "weight has shape {}, but input {} takes one slope{}", weight.shape(), x.shape(),
        channels > 1 ? fmt::format(" or {}, one per channel", channels) : "");
  Dims shape(size_t(x.dim()), 1);
  if (x.dim() > 1)
    shape[1] = weight.numel();
  const Tensor slope = reshape(weight, shape);
  return {where(gt(x, 0), x, slope * x)};
}

constinit const Op op::prelu = {
    .name = "prelu",
    .what =
        "x where it is positive, else weight x: one slope, or one for each channel of [N, C, ...].",
    .source = "torch.nn.functional.prelu; He, Zhang, Ren and Sun 2015",
    .inputs = {"input", "weight"},
    .onnx = {{.type = "PRelu",
              .since = 13,
              .nodes = "Reshape",
              .to = onnx::write_prelu,
              .from = onnx::read_prelu}},
    .precision = Precision::low,
    .compose = compose_prelu,
};

// What integers are kept at is one of them: the whole part of the attribute.
static void check_limit(const char* what, double limit, const Call& c) {
  if (is_integral(c.in(0).dtype()))
    check_fits(what, std::trunc(limit), c.in(0).dtype());
}

static Specs infer_hardtanh(const Call& c) {
  const auto& a = c.attributes<HardtanhAttrs>();
  check(!(a.min_val > a.max_val), "min_val is {}, should not be above max_val, which is {}",
        a.min_val, a.max_val);
  check_limit("min_val", a.min_val, c);
  check_limit("max_val", a.max_val, c);
  return same_as_first_input(c);
}

constinit const Op op::hardtanh = Function{
    .name = "hardtanh",
    .what =
        "x kept between the attributes min_val and max_val, with gradient 0 at both; integers stay "
        "integers.",
    .source = "torch.nn.functional.hardtanh",
    .attributes = attrs_type<HardtanhAttrs>,
    .onnx = {{.since = 13, .nodes = "Clip", .to = onnx::write_hardtanh}},
    .promotion = Promotion::common,
    .infer = infer_hardtanh,
    .keep = keep_input,
    .vjp = backward_of_input<op::hardtanh_backward>,
    .cost = flops_per_element<2>,
};

constinit const Op op::hardtanh_backward = ElementwiseGradient{
    .name = "hardtanh_backward",
    .what = "The gradient of hardtanh: g where x lies between min_val and max_val, else 0.",
    .attributes = attrs_type<HardtanhAttrs>,
    .vjp = same_step,
};

constinit const Op op::hardsigmoid = Function{
    .name = "hardsigmoid",
    .what = "A sigmoid of straight lines, (x + 3) / 6 kept in [0, 1].",
    .source = "torch.nn.functional.hardsigmoid; Howard et al. 2019",
    .onnx = {{.type = "HardSigmoid",
              .since = 13,
              .to = onnx::write_hardsigmoid,
              .from = onnx::read_hardsigmoid}},
    .gradient_from_input =
        [](T g, T x) {
          return hebb::where(hebb::logical_and(hebb::gt(x, -3), hebb::lt(x, 3)), g / 6, 0);
        },
    .cost = flops_per_element<4>,
};

constinit const Op op::hardswish = Function{
    .name = "hardswish",
    .what = "x times its hardsigmoid, x min(max(x + 3, 0), 6) / 6.",
    .source = "torch.nn.functional.hardswish; Howard et al. 2019",
    .onnx = {{.type = "HardSwish", .since = 14}},
    .keep = keep_input,
    .vjp = backward_of_input<op::hardswish_backward>,
    .cost = flops_per_element<5>,
};

static Grads hardswish_backward_vjp(const Call& c, const Grads& dy) {
  const Tensor &g = c.in(0), &x = c.in(1);
  Grads out(2);
  if (c.wants(0))
    out[0] = call(op::hardswish_backward, {dy[0], x});
  if (c.wants(1))
    out[1] = call(op::hardtanh_backward, {dy[0] * g, x}, HardtanhAttrs{-3, 3}) / 3;
  return out;
}

constinit const Op op::hardswish_backward = ElementwiseGradient{
    .name = "hardswish_backward",
    .what = "The gradient of hardswish: 0 up to -3, g from 3 on, between them g (2 x + 3) / 6.",
    .vjp = hardswish_backward_vjp,
};

static Grads threshold_vjp(const Call& c, const Grads& dy) {
  return {where(le(c.in(0), c.attributes<ThresholdAttrs>().threshold), 0, dy[0])};
}

static Specs infer_threshold(const Call& c) {
  const auto& a = c.attributes<ThresholdAttrs>();
  check_limit("threshold", a.threshold, c);
  check_limit("value", a.value, c);
  return same_as_first_input(c);
}

constinit const Op op::threshold = Function{
    .name = "threshold",
    .what = "x where it is above threshold, else the given value.",
    .source = "torch.nn.functional.threshold",
    .attributes = attrs_type<ThresholdAttrs>,
    .onnx = {{.since = 13, .nodes = "LessOrEqual, Where", .to = onnx::write_threshold},
             {.type = "ThresholdedRelu",
              .since = 13,
              .from = onnx::read_thresholded_relu,
              .only_read = true}},
    .promotion = Promotion::common,
    .infer = infer_threshold,
    .kernel = kernel::elementwise_scalar,
    .keep = keep_input,
    .vjp = threshold_vjp,
    .cost = flops_per_element<1>,
};

static Grads shrink_vjp(const Call& c, const Grads& dy) {
  return {where(le(abs(c.in(0)), c.attributes<ShrinkAttrs>().lambd), 0, dy[0])};
}

constinit const Op op::hardshrink = Function{
    .name = "hardshrink",
    .what = "x where |x| is above lambd, else 0.",
    .source = "torch.nn.functional.hardshrink; Donoho and Johnstone 1994",
    .attributes = attrs_type<ShrinkAttrs>,
    .onnx = {{.since = 13, .nodes = "Shrink", .to = onnx::write_hardshrink}},
    .kernel = kernel::elementwise_scalar,
    .keep = keep_input,
    .vjp = shrink_vjp,
    .cost = flops_per_element<2>,
};

static Specs infer_softshrink(const Call& c) {
  const double lambd = c.attributes<ShrinkAttrs>().lambd;
  check(lambd >= 0, "lambd is {}, should be at least 0", lambd);
  return same_as_first_input(c);
}

constinit const Op op::softshrink = Function{
    .name = "softshrink",
    .what = "x moved towards 0 by lambd, and 0 where |x| is not above that.",
    .source = "torch.nn.functional.softshrink; Donoho and Johnstone 1994",
    .attributes = attrs_type<ShrinkAttrs>,
    .onnx =
        {{.type = "Shrink", .since = 13, .to = onnx::write_softshrink, .from = onnx::read_shrink}},
    .infer = infer_softshrink,
    .kernel = kernel::elementwise_scalar,
    .keep = keep_input,
    .vjp = shrink_vjp,
    .cost = flops_per_element<3>,
};

// ---- by name ----

Tensor relu(const Tensor& input) {
  return call(op::relu, {input});
}
Tensor relu6(const Tensor& input) {
  return call(op::relu6, {input});
}
Tensor leaky_relu(const Tensor& input, double negative_slope) {
  return call(op::leaky_relu, {input}, LeakyReluAttrs{negative_slope});
}
Tensor prelu(const Tensor& input, const Tensor& weight) {
  return call(op::prelu, {input, weight});
}
Tensor hardtanh(const Tensor& input, double min_val, double max_val) {
  return call(op::hardtanh, {input}, HardtanhAttrs{min_val, max_val});
}
Tensor hardsigmoid(const Tensor& input) {
  return call(op::hardsigmoid, {input});
}
Tensor hardswish(const Tensor& input) {
  return call(op::hardswish, {input});
}
Tensor threshold(const Tensor& input, double threshold, double value) {
  return call(op::threshold, {input}, ThresholdAttrs{threshold, value});
}
Tensor hardshrink(const Tensor& input, double lambd) {
  return call(op::hardshrink, {input}, ShrinkAttrs{lambd});
}
Tensor softshrink(const Tensor& input, double lambd) {
  return call(op::softshrink, {input}, ShrinkAttrs{lambd});
}

}  // namespace hebb
