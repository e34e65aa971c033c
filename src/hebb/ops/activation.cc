// ops/activation.cc: smooth activations, element by element, and the gradient kernels of those that
// a network runs all the time. Those made of pieces are in activation_pieces.cc.

#include "hebb/ops/activation.h"

#include "hebb/base/check.h"
#include "hebb/ops/activation_onnx.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/complex.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/activation.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

using T = const Tensor&;

Tensor elu_gradient(T g, T x, EluBackwardAttrs form) {
  return call(op::elu_backward, {g, x}, form);
}

}  // namespace

static Grads elu_vjp(const Call& c, const Grads& dy) {
  return {elu_gradient(dy[0], c.in(0), {c.attributes<EluAttrs>().alpha, 1, 1})};
}

constinit const Op op::elu = Function{
    .name = "elu",
    .what = "The exponential linear unit: x where it is positive, else alpha (e^x - 1).",
    .source = "torch.nn.functional.elu; Clevert, Unterthiner and Hochreiter 2016",
    .attributes = attrs_type<EluAttrs>,
    .onnx = {{.type = "Elu", .since = 13, .attributes = {{"alpha", "alpha"}}}},
    .keep = keep_input,
    .vjp = elu_vjp,
};

static Specs infer_celu(const Call& c) {
  check(c.attributes<EluAttrs>().alpha != 0, "alpha is 0, but x is divided by it");
  return same_as_first_input(c);
}

static Grads celu_vjp(const Call& c, const Grads& dy) {
  const double alpha = c.attributes<EluAttrs>().alpha;
  return {elu_gradient(dy[0], c.in(0), {alpha, 1, 1 / alpha})};
}

constinit const Op op::celu = Function{
    .name = "celu",
    .what =
        "elu with a smooth slope for every alpha: x where it is positive, else alpha (e^(x / "
        "alpha) - 1).",
    .source = "torch.nn.functional.celu; Barron 2017",
    .attributes = attrs_type<EluAttrs>,
    .onnx = {{.type = "Celu", .since = 13, .attributes = {{"alpha", "alpha"}}}},
    .infer = infer_celu,
    .keep = keep_input,
    .vjp = celu_vjp,
};

constinit const Op op::selu = Function{
    .name = "selu",
    .what = "elu with the alpha and scale that keep mean 0 and variance 1 from layer to layer.",
    .source = "torch.nn.functional.selu; Klambauer et al. 2017",
    .onnx = {{.type = "Selu", .since = 13}},
    .gradient_from_input = [](T g, T x) { return elu_gradient(g, x, selu_form()); },
};

static Grads elu_backward_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<EluBackwardAttrs>();
  const Tensor &g = c.in(0), &x = c.in(1);
  Grads out(2);
  if (c.wants(0))
    out[0] = elu_gradient(dy[0], x, a);
  if (c.wants(1))  // below zero the derivative grows by input_scale; above it is constant
    out[1] = where(le(x, 0), elu_gradient(dy[0] * g, x, a) * a.input_scale, 0);
  return out;
}

constinit const Op op::elu_backward = ElementwiseGradient{
    .name = "elu_backward",
    .what =
        "The gradient of elu, celu and selu: scale g where x > 0, else scale alpha input_scale "
        "e^(input_scale x) g.",
    .attributes = attrs_type<EluBackwardAttrs>,
    .vjp = elu_backward_vjp,
};

static Grads sigmoid_vjp(const Call& c, const Grads& dy) {
  const Tensor& y = c.out(0);
  if (!is_complex(y.dtype()))
    return {call(op::sigmoid_backward, {dy[0], y})};
  return {dy[0] * conj((1 - y) * y)};
}

constinit const Op op::sigmoid = Function{
    .name = "sigmoid",
    .what = "The logistic function, 1 / (1 + e^-x).",
    .source = "torch.sigmoid",
    .onnx = {{.type = "Sigmoid", .since = 13}},
    .keep = keep_result,
    .vjp = sigmoid_vjp,
};

static Grads sigmoid_backward_vjp(const Call& c, const Grads& dy) {
  const Tensor &g = c.in(0), &y = c.in(1);
  return {c.wants(0) ? call(op::sigmoid_backward, {dy[0], y}) : Tensor(),
          c.wants(1) ? dy[0] * g * (1 - 2 * y) : Tensor()};
}

constinit const Op op::sigmoid_backward = ElementwiseGradient{
    .name = "sigmoid_backward",
    .what = "The gradient of sigmoid from its result y: g y (1 - y).",
    .inputs = {"grad", "result"},
    .vjp = sigmoid_backward_vjp,
};

static Grads tanh_vjp(const Call& c, const Grads& dy) {
  const Tensor& y = c.out(0);
  if (!is_complex(y.dtype()))
    return {call(op::tanh_backward, {dy[0], y})};
  return {dy[0] * conj(1 - square(y))};
}

constinit const Op op::tanh = Function{
    .name = "tanh",
    .what = "The hyperbolic tangent, (e^x - e^-x) / (e^x + e^-x).",
    .source = "torch.tanh",
    .onnx = {{.type = "Tanh", .since = 13}},
    .keep = keep_result,
    .vjp = tanh_vjp,
};

static Grads tanh_backward_vjp(const Call& c, const Grads& dy) {
  const Tensor &g = c.in(0), &y = c.in(1);
  return {c.wants(0) ? call(op::tanh_backward, {dy[0], y}) : Tensor(),
          c.wants(1) ? dy[0] * g * (-2 * y) : Tensor()};
}

constinit const Op op::tanh_backward = ElementwiseGradient{
    .name = "tanh_backward",
    .what = "The gradient of tanh from its result y: g (1 - y^2).",
    .inputs = {"grad", "result"},
    .vjp = tanh_backward_vjp,
};

static Grads silu_vjp(const Call& c, const Grads& dy) {
  const Tensor& x = c.in(0);
  if (!is_complex(x.dtype()))
    return {call(op::silu_backward, {dy[0], x})};
  const Tensor s = sigmoid(x);
  return {dy[0] * conj(s * (1 + x * (1 - s)))};
}

constinit const Op op::silu = Function{
    .name = "silu",
    .what = "The sigmoid linear unit, x sigmoid(x), also called swish.",
    .source = "torch.nn.functional.silu; Elfwing, Uchibe and Doya 2018",
    .onnx = {{.type = "Swish", .since = 24, .from = onnx::read_swish},
             {.since = 13, .until = 23, .nodes = "Sigmoid, Mul", .to = onnx::write_silu}},
    .keep = keep_input,
    .vjp = silu_vjp,
};

static Grads silu_backward_vjp(const Call& c, const Grads& dy) {
  const Tensor &g = c.in(0), &x = c.in(1);
  Grads out(2);
  if (c.wants(0))
    out[0] = call(op::silu_backward, {dy[0], x});
  if (c.wants(1)) {
    const Tensor s = sigmoid(x);
    out[1] = dy[0] * g * s * (1 - s) * (2 + x * (1 - 2 * s));
  }
  return out;
}

constinit const Op op::silu_backward = ElementwiseGradient{
    .name = "silu_backward",
    .what = "The gradient of silu: g s (1 + x (1 - s)) with s = sigmoid(x).",
    .vjp = silu_backward_vjp,
};

static Tensor mish_gradient(T g, T x) {
  const Tensor t = tanh(softplus(x));
  return g * (t + x * (1 - t * t) * sigmoid(x));
}

constinit const Op op::mish = Function{
    .name = "mish",
    .what = "x tanh(softplus(x)), smooth and not monotonic.",
    .source = "torch.nn.functional.mish; Misra 2019",
    .onnx = {{.type = "Mish", .since = 18},
             {.since = 13, .until = 17, .nodes = "Softplus, Tanh, Mul", .to = onnx::write_mish}},
    .gradient_from_input = mish_gradient,
};

constinit const Op op::softplus = Function{
    .name = "softplus",
    .what =
        "A smooth positive part, log(1 + e^(beta x)) / beta, and x itself where beta x is above "
        "threshold.",
    .source = "torch.nn.functional.softplus; Dugas et al. 2001",
    .attributes = attrs_type<SoftplusAttrs>,
    .onnx = {{.type = "Softplus",
              .since = 13,
              .nodes = "Mul, Div, Greater, Where",
              .to = onnx::write_softplus}},
    .precision = Precision::f32,
    .keep = keep_input,
    .vjp = backward_of_input<op::softplus_backward>,
};

static Grads softplus_backward_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<SoftplusAttrs>();
  Grads out(2);
  if (c.wants(0))
    out[0] = call(op::softplus_backward, {dy[0], c.in(1)}, a);
  if (c.wants(1)) {
    const Tensor scaled = c.in(1) * a.beta, s = sigmoid(scaled);
    out[1] = where(gt(scaled, a.threshold), 0, dy[0] * c.in(0) * a.beta * s * (1 - s));
  }
  return out;
}

constinit const Op op::softplus_backward = ElementwiseGradient{
    .name = "softplus_backward",
    .what = "The gradient of softplus: g sigmoid(beta x), and g where beta x is above threshold.",
    .attributes = attrs_type<SoftplusAttrs>,
    .vjp = softplus_backward_vjp,
};

// Of complex numbers |x| varies with the part of a step that points along x.
static Grads softsign_vjp(const Call& c, const Grads& dy) {
  const Tensor &x = c.in(0), &g = dy[0];
  const Tensor size = abs(x), scale = 1 + size;
  if (!is_complex(x.dtype()))
    return {g / square(scale)};
  const Tensor along = x / where(eq(size, 0), 1, size);
  return {g / scale - along * (real(g * conj(x)) / square(scale))};
}

constinit const Op op::softsign = Function{
    .name = "softsign",
    .what = "x / (1 + |x|).",
    .source = "torch.nn.functional.softsign",
    .onnx = {{.type = "Softsign", .since = 13}},
    .kernel = kernel::elementwise_scalar,
    .keep = keep_input,
    .vjp = softsign_vjp,
};

constinit const Op op::logsigmoid = Function{
    .name = "logsigmoid",
    .what = "The logarithm of the logistic function, -log(1 + e^-x), without overflow.",
    .source = "torch.nn.functional.logsigmoid",
    .onnx = {{.since = 13, .nodes = "Neg, Softplus", .to = onnx::write_logsigmoid}},
    .gradient_from_input = [](T g, T x) { return g * hebb::sigmoid(-x); },
};

constinit const Op op::tanhshrink = Function{
    .name = "tanhshrink",
    .what = "What tanh takes away, x - tanh(x).",
    .source = "torch.nn.functional.tanhshrink",
    .onnx = {{.since = 13, .nodes = "Tanh, Sub", .to = onnx::write_tanhshrink}},
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g * hebb::square(hebb::tanh(x)); },
};

// ---- gelu ----

namespace {

// The second derivative of gelu.
Tensor gelu_curvature(const Tensor& x, bool approximate) {
  if (!approximate)
    return GeluForm::density_at_0 * exp(-0.5 * square(x)) * (2 - square(x));
  const Tensor x2 = square(x), t = tanh(GeluForm::slope * x * (1 + GeluForm::cubic * x2)),
               sech2 = 1 - square(t);
  const Tensor slope = GeluForm::slope * (1 + 3 * GeluForm::cubic * x2),
               bend = (GeluForm::slope * 6 * GeluForm::cubic) * x;
  return sech2 * slope + 0.5 * x * sech2 * (bend - 2 * t * square(slope));
}

Specs infer_gelu(const Call& c) {
  const std::string& approximate = c.attributes<GeluAttrs>().approximate;
  check(approximate == "none" || approximate == "tanh",
        "approximate is '{}', should be 'none' or 'tanh'", approximate);
  return broadcast_inputs(c);
}

Grads gelu_backward_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<GeluAttrs>();
  const Tensor &g = c.in(0), &x = c.in(1);
  return {c.wants(0) ? call(op::gelu_backward, {dy[0], x}, a) : Tensor(),
          c.wants(1) ? dy[0] * g * gelu_curvature(x, a.approximate == "tanh") : Tensor()};
}

}  // namespace

constinit const Op op::gelu = Function{
    .name = "gelu",
    .what =
        "The Gaussian error linear unit, x times the normal distribution's probability of less "
        "than x, or its tanh approximation.",
    .source = "torch.nn.functional.gelu; Hendrycks and Gimpel 2016",
    .attributes = attrs_type<GeluAttrs>,
    .onnx = {{.type = "Gelu", .since = 20, .attributes = {{"approximate", "approximate"}}},
             {.since = 13, .until = 19, .nodes = "Erf, Tanh, Mul, Add", .to = onnx::write_gelu}},
    .infer = infer_gelu,
    .keep = keep_input,
    .vjp = backward_of_input<op::gelu_backward>,
    .cost = flops_per_element<20>,
};

constinit const Op op::gelu_backward = ElementwiseGradient{
    .name = "gelu_backward",
    .what =
        "The gradient of gelu: g (P(x) + x p(x)) with the normal distribution P and its density p, "
        "or that of its approximation.",
    .attributes = attrs_type<GeluAttrs>,
    .vjp = gelu_backward_vjp,
};

// ---- by name ----

Tensor elu(const Tensor& input, double alpha) {
  return call(op::elu, {input}, EluAttrs{alpha});
}
Tensor selu(const Tensor& input) {
  return call(op::selu, {input});
}
Tensor celu(const Tensor& input, double alpha) {
  return call(op::celu, {input}, EluAttrs{alpha});
}
Tensor gelu(const Tensor& input, std::string_view approximate) {
  return call(op::gelu, {input}, GeluAttrs{std::string(approximate)});
}
Tensor silu(const Tensor& input) {
  return call(op::silu, {input});
}
Tensor mish(const Tensor& input) {
  return call(op::mish, {input});
}
Tensor sigmoid(const Tensor& input) {
  return call(op::sigmoid, {input});
}
Tensor tanh(const Tensor& input) {
  return call(op::tanh, {input});
}
Tensor softplus(const Tensor& input, double beta, double threshold) {
  return call(op::softplus, {input}, SoftplusAttrs{beta, threshold});
}
Tensor softsign(const Tensor& input) {
  return call(op::softsign, {input});
}
Tensor logsigmoid(const Tensor& input) {
  return call(op::logsigmoid, {input});
}
Tensor tanhshrink(const Tensor& input) {
  return call(op::tanhshrink, {input});
}

}  // namespace hebb
