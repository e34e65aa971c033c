// ops/activation.cc: elementwise activations, and the gradient kernels of those that a network runs
// all the time.

#include "hebb/ops/activation.h"

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/elementwise_op.h"
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

// A gradient rule that is one gradient kernel of the same attributes.
template <const Op& backward, class A>
Grads backward_with(const Call& c, const Grads& dy) {
  return {call(backward, {dy[0], c.in(0)}, c.attributes<A>())};
}
template <const Op& backward>
Grads backward_of_input(const Call& c, const Grads& dy) {
  return {call(backward, {dy[0], c.in(0)})};
}
template <const Op& backward>
Grads backward_of_result(const Call& c, const Grads& dy) {
  return {call(backward, {dy[0], c.out(0)})};
}

// The gradient of a gradient kernel that is grad times a step function of input: the same kernel
// again, and nothing.
Grads same_step(const Call& c, const Grads& dy) {
  return {call(c.op(), {dy[0], c.in(1)}, c.attrs()), Tensor()};
}

Grads elu_vjp(const Call& c, const Tensor& dy, EluBackwardAttrs form) {
  return {call(op::elu_backward, {dy, c.in(0)}, form)};
}

}  // namespace

// ---- pieces of straight lines ----

constinit const Op op::relu = [] {
  Op op = elementwise_op("relu", {"input"}, Promotion::common, same_as_first_input);
  op.onnx = {.type = "Relu", .since = 14};
  op.keep = keep_result;
  op.vjp = backward_of_result<op::relu_backward>;
  return op;
}();
constinit const Op op::relu_backward = backward_op("relu_backward", "result", same_step);

constinit const Op op::relu6 = function_op(
    "relu6",
    [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::hardtanh_backward, {dy[0], c.in(0)}, HardtanhAttrs{0, 6})};
    },
    keep_input, {}, flops_per_element<2>);

constinit const Op op::leaky_relu = with_attributes(
    function_op("leaky_relu", backward_with<op::leaky_relu_backward, LeakyReluAttrs>, keep_input,
                {}, flops_per_element<2>),
    attrs_type<LeakyReluAttrs>);
constinit const Op op::leaky_relu_backward =
    backward_op("leaky_relu_backward", "input", same_step, attrs_type<LeakyReluAttrs>);

constinit const Op op::prelu = {
    .name = "prelu",
    .inputs = {"input", "weight"},
    .compose = [](const Call& c) -> Tensors {
      const Tensor &x = c.in(0), &weight = c.in(1);
      const int64_t channels = x.dim() > 1 ? x.size(1) : 1;
      check(weight.dim() <= 1 && (weight.numel() == 1 || weight.numel() == channels),
            "weight has shape {}, but input {} takes one slope{}", weight.shape(), x.shape(),
            channels > 1 ? fmt::format(" or {}, one per channel", channels) : "");
      Dims shape(size_t(x.dim()), 1);
      if (x.dim() > 1)
        shape[1] = weight.numel();
      const Tensor slope = hebb::reshape(weight, shape);
      return {hebb::where(hebb::gt(x, 0), x, slope * x)};
    },
};

constinit const Op op::hardtanh = [] {
  Op op =
      with_attributes(function_op("hardtanh", backward_with<op::hardtanh_backward, HardtanhAttrs>,
                                  keep_input, {}, flops_per_element<2>),
                      attrs_type<HardtanhAttrs>);
  op.infer = [](const Call& c) -> Specs {
    const auto& a = c.attributes<HardtanhAttrs>();
    check(!(a.min_val > a.max_val), "min_val is {}, should not be above max_val, which is {}",
          a.min_val, a.max_val);
    return same_as_first_input(c);
  };
  return op;
}();
constinit const Op op::hardtanh_backward =
    backward_op("hardtanh_backward", "input", same_step, attrs_type<HardtanhAttrs>);

constinit const Op op::hardsigmoid = function_op(
    "hardsigmoid",
    [](const Call& c, const Grads& dy) -> Grads {
      const Tensor& x = c.in(0);
      return {hebb::where(hebb::logical_and(hebb::gt(x, -3), hebb::lt(x, 3)), dy[0] / 6, 0)};
    },
    keep_input, {}, flops_per_element<4>);

constinit const Op op::hardswish =
    function_op("hardswish", backward_of_input<op::hardswish_backward>, keep_input,
                {.type = "HardSwish", .since = 14}, flops_per_element<5>);
constinit const Op op::hardswish_backward =
    backward_op("hardswish_backward", "input", [](const Call& c, const Grads& dy) -> Grads {
      return {
          c.wants(0) ? call(op::hardswish_backward, {dy[0], c.in(1)}) : Tensor(),
          c.wants(1)
              ? call(op::hardtanh_backward, {dy[0] * c.in(0), c.in(1)}, HardtanhAttrs{-3, 3}) / 3
              : Tensor()};
    });

constinit const Op op::threshold = without_vectors(with_attributes(
    function_op(
        "threshold",
        [](const Call& c, const Grads& dy) -> Grads {
          return {
              hebb::where(hebb::le(c.in(0), c.attributes<ThresholdAttrs>().threshold), 0, dy[0])};
        },
        keep_input, {}, flops_per_element<1>),
    attrs_type<ThresholdAttrs>));

namespace {
Grads shrink_vjp(const Call& c, const Grads& dy) {
  return {hebb::where(hebb::le(hebb::abs(c.in(0)), c.attributes<ShrinkAttrs>().lambd), 0, dy[0])};
}
}  // namespace
constinit const Op op::hardshrink = without_vectors(
    with_attributes(function_op("hardshrink", shrink_vjp, keep_input, {}, flops_per_element<2>),
                    attrs_type<ShrinkAttrs>));
constinit const Op op::softshrink = [] {
  Op op = without_vectors(
      with_attributes(function_op("softshrink", shrink_vjp, keep_input, {}, flops_per_element<3>),
                      attrs_type<ShrinkAttrs>));
  op.infer = [](const Call& c) -> Specs {
    check(c.attributes<ShrinkAttrs>().lambd >= 0, "lambd is {}, should be at least 0",
          c.attributes<ShrinkAttrs>().lambd);
    return same_as_first_input(c);
  };
  return op;
}();

// ---- exponentials ----

constinit const Op op::elu =
    with_attributes(function_op(
                        "elu",
                        [](const Call& c, const Grads& dy) {
                          return elu_vjp(c, dy[0], {c.attributes<EluAttrs>().alpha, 1, 1});
                        },
                        keep_input),
                    attrs_type<EluAttrs>);
constinit const Op op::celu = [] {
  Op op = with_attributes(function_op(
                              "celu",
                              [](const Call& c, const Grads& dy) {
                                const double alpha = c.attributes<EluAttrs>().alpha;
                                return elu_vjp(c, dy[0], {alpha, 1, 1 / alpha});
                              },
                              keep_input),
                          attrs_type<EluAttrs>);
  op.infer = [](const Call& c) {
    check(c.attributes<EluAttrs>().alpha != 0, "alpha is 0, but x is divided by it");
    return same_as_first_input(c);
  };
  return op;
}();
constinit const Op op::selu = function_op(
    "selu", [](const Call& c, const Grads& dy) { return elu_vjp(c, dy[0], selu_form()); },
    keep_input, {.type = "Selu", .since = 6});
constinit const Op op::elu_backward = backward_op(
    "elu_backward", "input",
    [](const Call& c, const Grads& dy) -> Grads {
      const auto& a = c.attributes<EluBackwardAttrs>();
      Grads out{c.wants(0) ? call(op::elu_backward, {dy[0], c.in(1)}, a) : Tensor(), Tensor()};
      if (c.wants(1)) {  // below zero the derivative grows by input_scale; above it is constant
        const Tensor below = hebb::le(c.in(1), 0);
        out[1] = hebb::where(
            below, call(op::elu_backward, {dy[0] * c.in(0), c.in(1)}, a) * a.input_scale, 0);
      }
      return out;
    },
    attrs_type<EluBackwardAttrs>);

constinit const Op op::sigmoid = function_op("sigmoid", backward_of_result<op::sigmoid_backward>,
                                             keep_result, {.type = "Sigmoid", .since = 13});
constinit const Op op::sigmoid_backward =
    backward_op("sigmoid_backward", "result", [](const Call& c, const Grads& dy) -> Grads {
      const Tensor &g = c.in(0), &y = c.in(1);
      return {c.wants(0) ? call(op::sigmoid_backward, {dy[0], y}) : Tensor(),
              c.wants(1) ? dy[0] * g * (1 - 2 * y) : Tensor()};
    });

constinit const Op op::tanh = function_op("tanh",
                                          [](const Call& c, const Grads& dy) -> Grads {
                                            if (!is_complex(c.out(0).dtype()))
                                              return {call(op::tanh_backward, {dy[0], c.out(0)})};
                                            return {dy[0] * hebb::conj(1 - hebb::square(c.out(0)))};
                                          },
                                          keep_result, {.type = "Tanh", .since = 13});
constinit const Op op::tanh_backward =
    backward_op("tanh_backward", "result", [](const Call& c, const Grads& dy) -> Grads {
      const Tensor &g = c.in(0), &y = c.in(1);
      return {c.wants(0) ? call(op::tanh_backward, {dy[0], y}) : Tensor(),
              c.wants(1) ? dy[0] * g * (-2 * y) : Tensor()};
    });

constinit const Op op::silu = function_op("silu", backward_of_input<op::silu_backward>, keep_input);
constinit const Op op::silu_backward =
    backward_op("silu_backward", "input", [](const Call& c, const Grads& dy) -> Grads {
      const Tensor &g = c.in(0), &x = c.in(1);
      Grads out{c.wants(0) ? call(op::silu_backward, {dy[0], x}) : Tensor(), Tensor()};
      if (c.wants(1)) {
        const Tensor s = hebb::sigmoid(x);
        out[1] = dy[0] * g * s * (1 - s) * (2 + x * (1 - 2 * s));
      }
      return out;
    });

constinit const Op op::mish =
    function_op("mish",
                [](const Call& c, const Grads& dy) -> Grads {
                  const Tensor& x = c.in(0);
                  const Tensor t = hebb::tanh(hebb::softplus(x));
                  return {dy[0] * (t + x * (1 - t * t) * hebb::sigmoid(x))};
                },
                keep_input, {.type = "Mish", .since = 18});

constinit const Op op::softplus = with_attributes(
    function_op("softplus", backward_with<op::softplus_backward, SoftplusAttrs>, keep_input),
    attrs_type<SoftplusAttrs>);
constinit const Op op::softplus_backward = backward_op(
    "softplus_backward", "input",
    [](const Call& c, const Grads& dy) -> Grads {
      const auto& a = c.attributes<SoftplusAttrs>();
      Grads out{c.wants(0) ? call(op::softplus_backward, {dy[0], c.in(1)}, a) : Tensor(), Tensor()};
      if (c.wants(1)) {
        const Tensor scaled = c.in(1) * a.beta, s = hebb::sigmoid(scaled);
        out[1] =
            hebb::where(hebb::gt(scaled, a.threshold), 0, dy[0] * c.in(0) * a.beta * s * (1 - s));
      }
      return out;
    },
    attrs_type<SoftplusAttrs>);

constinit const Op op::softsign =
    without_vectors(function_op("softsign",
                                [](const Call& c, const Grads& dy) -> Grads {
                                  return {dy[0] / hebb::square(1 + hebb::abs(c.in(0)))};
                                },
                                keep_input, {.type = "Softsign", .since = 1}));

constinit const Op op::logsigmoid = function_op(
    "logsigmoid",
    [](const Call& c, const Grads& dy) -> Grads { return {dy[0] * hebb::sigmoid(-c.in(0))}; },
    keep_input);

constinit const Op op::tanhshrink = without_vectors(function_op(
    "tanhshrink",
    [](const Call& c, const Grads& dy) -> Grads {
      return {dy[0] * hebb::square(hebb::tanh(c.in(0)))};
    },
    keep_input));

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

}  // namespace

constinit const Op op::gelu = [] {
  Op op =
      with_attributes(function_op("gelu", backward_with<op::gelu_backward, GeluAttrs>, keep_input,
                                  {.type = "Gelu", .since = 20}, flops_per_element<20>),
                      attrs_type<GeluAttrs>);
  op.infer = infer_gelu;
  return op;
}();
constinit const Op op::gelu_backward = backward_op(
    "gelu_backward", "input",
    [](const Call& c, const Grads& dy) -> Grads {
      const auto& a = c.attributes<GeluAttrs>();
      return {c.wants(0) ? call(op::gelu_backward, {dy[0], c.in(1)}, a) : Tensor(),
              c.wants(1) ? dy[0] * c.in(0) * gelu_curvature(c.in(1), a.approximate == "tanh")
                         : Tensor()};
    },
    attrs_type<GeluAttrs>);

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
Tensor hardtanh(const Tensor& input, double min_val, double max_val) {
  return call(op::hardtanh, {input}, HardtanhAttrs{min_val, max_val});
}
Tensor hardsigmoid(const Tensor& input) {
  return call(op::hardsigmoid, {input});
}
Tensor hardswish(const Tensor& input) {
  return call(op::hardswish, {input});
}
Tensor tanhshrink(const Tensor& input) {
  return call(op::tanhshrink, {input});
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
