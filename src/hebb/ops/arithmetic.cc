// ops/arithmetic.cc: elementwise arithmetic of two or three tensors.

#include "hebb/ops/arithmetic.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/kernels/elementwise.h"
#include "hebb/ops/arithmetic_onnx.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/holomorphic.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/whole.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/arithmetic.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Tensor times(const Tensor& x, double factor) {
  return factor == 1 ? x : x * factor;
}

// Of add and sub, whose alpha multiplies integers, too.
Specs infer_sum(const Call& c) {
  check_whole("alpha", c.attributes<AddAttrs>().alpha, c.common_dtype());
  return broadcast_inputs(c);
}

Specs infer_addcmul(const Call& c) {
  check_whole("value", c.attributes<AddcAttrs>().value, c.common_dtype());
  return broadcast_inputs(c);
}

Specs infer_pow(const Call& c) {
  const Tensor& exponent = c.in(1);
  check(!is_integral(c.common_dtype()) || !exponent.is_number() || exponent.item<double>() >= 0,
        "a negative power of {} would not be whole; convert the input to a floating dtype first",
        name(c.common_dtype()));
  return broadcast_fitting(c);
}

void check_rounding_mode(const Call& c) {
  const auto& mode = c.attributes<DivAttrs>().rounding_mode;
  check(!mode || *mode == "trunc" || *mode == "floor",
        "rounding_mode is '{}', should be 'trunc', 'floor' or left out", mode.value_or(""));
}

// The share of a gradient that the chosen operand of maximum or minimum gets: halves where both are
// equal.
template <bool largest>
Grads extremum_vjp(const Call& c, const Grads& dy) {
  const Tensor &a = c.in(0), &b = c.in(1), share = where(eq(a, b), dy[0] / 2, dy[0]);
  return {c.wants(0) ? where(largest ? lt(a, b) : gt(a, b), 0, share) : Tensor(),
          c.wants(1) ? where(largest ? gt(a, b) : lt(a, b), 0, share) : Tensor()};
}

}  // namespace

static Grads add_vjp(const Call& c, const Grads& dy) {
  return {dy[0], c.wants(1) ? times(dy[0], c.attributes<AddAttrs>().alpha) : Tensor()};
}

constinit const Op op::add = Elementwise{
    .name = "add",
    .what = "The sum input + alpha other.",
    .source = "torch.add",
    .attributes = attrs_type<AddAttrs>,
    .onnx = {{.type = "Add", .since = 13, .nodes = "Mul, Or", .to = onnx::write_add}},
    .infer = infer_sum,
    .vjp = add_vjp,
};

static Grads sub_vjp(const Call& c, const Grads& dy) {
  return {dy[0], c.wants(1) ? -times(dy[0], c.attributes<AddAttrs>().alpha) : Tensor()};
}

constinit const Op op::sub = Elementwise{
    .name = "sub",
    .what = "The difference input - alpha other.",
    .source = "torch.sub",
    .attributes = attrs_type<AddAttrs>,
    .onnx = {{.type = "Sub", .since = 13, .nodes = "Mul", .to = onnx::write_add}},
    .infer = infer_sum,
    .vjp = sub_vjp,
};

constinit const Op op::rsub = {
    .name = "rsub",
    .what = "The difference other - alpha input.",
    .source = "torch.rsub",
    .inputs = {"input", "other"},
    .attributes = attrs_type<AddAttrs>,
    .no_onnx_because = "it is sub with its operands exchanged, which is exported",
    .compose = [](const Call& c) -> Tensors {
      return {call(op::sub, {c.in(1), c.in(0)}, c.attributes<AddAttrs>())};
    },
};

static Grads mul_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    return {c.wants(0) ? dy[0] * c.in(1) : Tensor(), c.wants(1) ? dy[0] * c.in(0) : Tensor()};
  });
}

constinit const Op op::mul = Elementwise{
    .name = "mul",
    .what = "The product of two operands, element by element.",
    .source = "torch.mul",
    .onnx = {{.type = "Mul", .since = 13, .nodes = "And", .to = onnx::write_mul}},
    .keep = {Keep::input(0, {1}), Keep::input(1, {0})},
    .vjp = mul_vjp,
};

static Promotion promotion_of_div(const Call& c) {
  check_rounding_mode(c);
  return c.attributes<DivAttrs>().rounding_mode ? Promotion::common : Promotion::floating;
}

static Grads div_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    if (c.attributes<DivAttrs>().rounding_mode) {  // flat between its steps
      const Tensor zero = zeros_like(dy[0]);
      return {zero, zero};
    }
    // No square of the divisor, which may be 0 or infinite; nor 1 / divisor, for the same reason.
    return {c.wants(0) ? dy[0] / c.in(1) : Tensor(),
            c.wants(1) ? -dy[0] * (c.in(0) / c.in(1) / c.in(1)) : Tensor()};
  });
}

constinit const Op op::div = Elementwise{
    .name = "div",
    .what =
        "The quotient input / other; with a rounding_mode a whole number, towards zero or down.",
    .source = "torch.div",
    .attributes = attrs_type<DivAttrs>,
    .onnx = {{.type = "Div",
              .since = 13,
              .nodes = "Mod, Equal, Less, Or, Add, Where, Sub, Round, Abs, Floor, Sign, Mul",
              .to = onnx::write_div,
              .from = onnx::read_div}},
    .promotion = Promotion::none,
    .promotion_by = promotion_of_div,
    .infer = broadcast_fitting,
    .keep = {Keep::input(0, {1}), Keep::input(1)},
    .vjp = div_vjp,
};

constinit const Op op::floor_divide = Elementwise{
    .name = "floor_divide",
    .what = "The quotient rounded down, floor(input / other); of an integer by 0: 0.",
    .source = "torch.floor_divide",
    .onnx = {{.since = 13,
              .nodes = "Mod, Equal, Less, Or, Add, Where, Sub, Round, Div",
              .to = onnx::write_floor_divide}},
    .infer = broadcast_fitting,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = "PyTorch defines none; div with rounding_mode = floor has zeros",
};

static Grads fmod_vjp(const Call& c, const Grads& dy) {
  return {dy[0], c.wants(1) ? -dy[0] * div(c.in(0), c.in(1), "trunc") : Tensor()};
}

constinit const Op op::fmod = Elementwise{
    .name = "fmod",
    .what = "The rest of a division rounded towards zero, with the sign of input.",
    .source = "torch.fmod",
    .onnx = {{.since = 13, .nodes = "Mod", .to = onnx::write_fmod}},
    .infer = broadcast_fitting,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0, {1}), Keep::input(1, {1})},
    .vjp = fmod_vjp,
};

static Grads remainder_vjp(const Call& c, const Grads& dy) {
  return {dy[0], c.wants(1) ? -dy[0] * div(c.in(0), c.in(1), "floor") : Tensor()};
}

constinit const Op op::remainder = Elementwise{
    .name = "remainder",
    .what = "The rest of a division rounded down, with the sign of other, as Python's %.",
    .source = "torch.remainder",
    .onnx = {{.type = "Mod",
              .since = 13,
              .nodes = "Equal, Less, Or, Add, Where",
              .to = onnx::write_remainder,
              .from = onnx::read_mod}},
    .infer = broadcast_fitting,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0, {1}), Keep::input(1, {1})},
    .vjp = remainder_vjp,
};

constinit const Op op::neg = Function{
    .name = "neg",
    .what = "The negative, -x.",
    .source = "torch.neg",
    .onnx = {{.type = "Neg", .since = 13}},
    .promotion = Promotion::common,
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {-dy[0]}; },
    .cost = flops_per_element<1>,
};

constinit const Op op::square = Function{
    .name = "square",
    .what = "The square, x^2.",
    .source = "torch.square",
    .onnx = {{.since = 13, .nodes = "Mul", .to = onnx::write_square}},
    .promotion = Promotion::common,
    .gradient_from_input = [](const Tensor& g, const Tensor& x) { return g * (2 * x); },
    .cost = flops_per_element<1>,
};

static Grads pow_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const Tensor &x = c.in(0), &e = c.in(1);
    Grads grads(2);
    if (c.wants(0))
      grads[0] = where(eq(e, 0), 0, dy[0] * (e * pow(x, e - 1)));
    if (c.wants(1)) {
      const Tensor rises = ge(is_complex(e.dtype()) ? real(e) : e, 0);
      grads[1] = where(logical_and(eq(x, 0), rises), 0, dy[0] * (c.out(0) * log(x)));
    }
    return grads;
  });
}

constinit const Op op::pow = Elementwise{
    .name = "pow",
    .what = "The power input^exponent; whole powers of integers are whole.",
    .source = "torch.pow",
    .inputs = {"input", "exponent"},
    .onnx = {{.type = "Pow", .since = 13, .from = onnx::read_pow}},
    .precision = Precision::f32,
    .infer = infer_pow,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1), Keep::output(0, {1})},
    .vjp = pow_vjp,
    .cost = flops_per_element<20>,
};

static Grads atan2_vjp(const Call& c, const Grads& dy) {
  // Of numbers near 1: the squares of what they were might be out of range.
  const Tensor largest = maximum(abs(c.in(0)), abs(c.in(1)));
  const Tensor unit = where(logical_or(eq(largest, 0), isinf(largest)), 1, largest);
  const Tensor y = c.in(0) / unit;
  const Tensor x = c.in(1) / unit;
  const Tensor squares = square(y) + square(x), size = where(eq(squares, 0), 1, squares);
  // No slope at (0, 0). Last the unit, over which the gradient may be infinite.
  return {c.wants(0) ? dy[0] * (x / size) / unit : Tensor(),
          c.wants(1) ? -dy[0] * (y / size) / unit : Tensor()};
}

constinit const Op op::atan2 = Elementwise{
    .name = "atan2",
    .what = "The angle of the point (other, input) in radians, from -pi to pi.",
    .source = "torch.atan2",
    .no_onnx_because = "ONNX has no such operator: its Atan does not know the quadrant",
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = atan2_vjp,
    .cost = flops_per_element<20>,
};

constinit const Op op::maximum = Elementwise{
    .name = "maximum",
    .what = "The larger of two elements; NaN wins, and equal ones share the gradient.",
    .source = "torch.maximum",
    .onnx = {{.type = "Max",
              .since = 13,
              .nodes = "Or",
              .to = onnx::write_extreme_of_two,
              .from = onnx::read_max}},
    .infer = broadcast_fitting,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = extremum_vjp<true>,
};

constinit const Op op::minimum = Elementwise{
    .name = "minimum",
    .what = "The smaller of two elements; NaN wins, and equal ones share the gradient.",
    .source = "torch.minimum",
    .onnx = {{.type = "Min",
              .since = 13,
              .nodes = "And",
              .to = onnx::write_extreme_of_two,
              .from = onnx::read_min}},
    .infer = broadcast_fitting,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = extremum_vjp<false>,
};

namespace {

Specs infer_clamp(const Call& c) {
  check(c.has(c.op().inputs.size() - 2) || c.has(c.op().inputs.size() - 1),
        "neither min nor max is given; at least one should be");
  return broadcast_fitting(c);
}

bool is_tensor(const Tensor& bound) {
  return bound.defined() && !bound.is_number();
}

// A number as a bound takes the gradient away at the bound, too; a tensor shares it there with the
// input. Both as PyTorch does.
Grads clamp_vjp(const Call& c, const Grads& dy) {
  const Tensor &x = c.in(0), &low = c.in(1), &high = c.in(2);
  if (!is_tensor(low) && !is_tensor(high))
    return {c.wants(0) ? call(op::clamp_backward, {dy[0], x, low, high}) : Tensor(), Tensor(),
            Tensor()};
  const Tensor never = false, half = dy[0] / 2;
  const Tensor below = c.has(1) ? lt(x, low) : never, above = c.has(2) ? gt(x, high) : never;
  const Tensor crossed = c.has(1) && c.has(2) ? lt(high, low) : never;  // then high is the answer
  const Tensor at_low = c.has(1) ? logical_and(eq(x, low), logical_not(crossed)) : never;
  const Tensor at_high = c.has(2) ? eq(x, high) : never;
  Grads out(3);
  if (c.wants(0))
    out[0] = where(logical_or(below, above), 0, where(logical_or(at_low, at_high), half, dy[0]));
  if (c.has(1) && c.wants(1))
    out[1] = where(logical_and(below, logical_not(crossed)), dy[0], where(at_low, half, 0));
  if (c.has(2) && c.wants(2))
    out[2] = where(logical_or(above, crossed), dy[0], where(at_high, half, 0));
  return out;
}

}  // namespace

constinit const Op op::clamp = Elementwise{
    .name = "clamp",
    .what =
        "input kept between min and max, numbers or tensors, of which one may be left out; max "
        "where min is larger.",
    .source = "torch.clamp",
    .inputs = {"input", "min?", "max?"},
    .onnx = {{.type = "Clip",
              .since = 13,
              .nodes = "Max, Min",
              .to = onnx::write_clamp,
              .from = onnx::read_clip}},
    .infer = infer_clamp,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2)},
    .vjp = clamp_vjp,
    .cost = flops_per_element<2>,
};

static Grads clamp_backward_vjp(const Call& c, const Grads& dy) {
  return {call(op::clamp_backward, {dy[0], c.in(1), c.in(2), c.in(3)})};
}

constinit const Op op::clamp_backward = ElementwiseGradient{
    .name = "clamp_backward",
    .what =
        "The gradient of clamp between numbers: g where x lies between min and max, bounds "
        "excluded, else 0.",
    .inputs = {"grad", "input", "min?", "max?"},
    .infer = infer_clamp,
    .keep = {Keep::input(1), Keep::input(2), Keep::input(3)},
    .vjp = clamp_backward_vjp,
    .cost = flops_per_element<2>,
};

static Grads lerp_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    return {c.wants(0) ? dy[0] * (1 - c.in(2)) : Tensor(), c.wants(1) ? dy[0] * c.in(2) : Tensor(),
            c.wants(2) ? dy[0] * (c.in(1) - c.in(0)) : Tensor()};
  });
}

constinit const Op op::lerp = Elementwise{
    .name = "lerp",
    .what = "The point between input and end that weight names: input + weight (end - input).",
    .source = "torch.lerp",
    .inputs = {"input", "end", "weight"},
    .onnx = {{.since = 13, .nodes = "Sub, Mul, Add", .to = onnx::write_lerp}},
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0, {2}), Keep::input(1, {2}), Keep::input(2, {0, 1})},
    .vjp = lerp_vjp,
    .cost = flops_per_element<3>,
};

static Grads addcmul_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const double value = c.attributes<AddcAttrs>().value;
    return {dy[0], c.wants(1) ? times(dy[0] * c.in(2), value) : Tensor(),
            c.wants(2) ? times(dy[0] * c.in(1), value) : Tensor()};
  });
}

constinit const Op op::addcmul = Elementwise{
    .name = "addcmul",
    .what = "input + value tensor1 tensor2.",
    .source = "torch.addcmul",
    .inputs = {"input", "tensor1", "tensor2"},
    .attributes = attrs_type<AddcAttrs>,
    .onnx = {{.since = 13, .nodes = "Mul, Add", .to = onnx::write_addcmul}},
    .infer = infer_addcmul,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(1, {2}), Keep::input(2, {1})},
    .vjp = addcmul_vjp,
    .cost = flops_per_element<3>,
};

static Grads addcdiv_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const double value = c.attributes<AddcAttrs>().value;
    const Tensor share = c.wants(1) || c.wants(2) ? times(dy[0] / c.in(2), value) : Tensor();
    return {dy[0], c.wants(1) ? share : Tensor(),
            c.wants(2) ? -share * (c.in(1) / c.in(2)) : Tensor()};
  });
}

constinit const Op op::addcdiv = Elementwise{
    .name = "addcdiv",
    .what = "input + value tensor1 / tensor2.",
    .source = "torch.addcdiv",
    .inputs = {"input", "tensor1", "tensor2"},
    .attributes = attrs_type<AddcAttrs>,
    .onnx = {{.since = 13, .nodes = "Div, Mul, Add", .to = onnx::write_addcdiv}},
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(1, {2}), Keep::input(2, {1, 2})},
    .vjp = addcdiv_vjp,
    .cost = flops_per_element<3>,
};

namespace {
// The usual attributes are made once: a call is cheap.
Attrs with_alpha(double alpha) {
  static const Attrs usual(AddAttrs{});
  return alpha == 1 ? usual : Attrs(AddAttrs{alpha});
}
}  // namespace

Tensor add(const Tensor& input, const Tensor& other, double alpha) {
  return call(op::add, {input, other}, with_alpha(alpha));
}
Tensor sub(const Tensor& input, const Tensor& other, double alpha) {
  return call(op::sub, {input, other}, with_alpha(alpha));
}
Tensor mul(const Tensor& input, const Tensor& other) {
  return call(op::mul, {input, other});
}
Tensor div(const Tensor& input, const Tensor& other,
           const std::optional<std::string>& rounding_mode) {
  static const Attrs usual(DivAttrs{});
  return call(op::div, {input, other}, rounding_mode ? Attrs(DivAttrs{rounding_mode}) : usual);
}
Tensor floor_divide(const Tensor& input, const Tensor& other) {
  return call(op::floor_divide, {input, other});
}
Tensor fmod(const Tensor& input, const Tensor& other) {
  return call(op::fmod, {input, other});
}
Tensor remainder(const Tensor& input, const Tensor& other) {
  return call(op::remainder, {input, other});
}
Tensor neg(const Tensor& input) {
  return call(op::neg, {input});
}
Tensor square(const Tensor& input) {
  return call(op::square, {input});
}
Tensor pow(const Tensor& input, const Tensor& exponent) {
  return call(op::pow, {input, exponent});
}
Tensor atan2(const Tensor& input, const Tensor& other) {
  return call(op::atan2, {input, other});
}
Tensor maximum(const Tensor& input, const Tensor& other) {
  return call(op::maximum, {input, other});
}
Tensor minimum(const Tensor& input, const Tensor& other) {
  return call(op::minimum, {input, other});
}
Tensor clamp(const Tensor& input, const Tensor& min, const Tensor& max) {
  return call(op::clamp, {input, min, max});
}
Tensor lerp(const Tensor& input, const Tensor& end, const Tensor& weight) {
  return call(op::lerp, {input, end, weight});
}
Tensor addcmul(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2, double value) {
  return call(op::addcmul, {input, tensor1, tensor2}, AddcAttrs{value});
}
Tensor addcdiv(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2, double value) {
  return call(op::addcdiv, {input, tensor1, tensor2}, AddcAttrs{value});
}

Tensor rsub(const Tensor& input, const Tensor& other, double alpha) {
  return call(op::rsub, {input, other}, AddAttrs{alpha});
}

}  // namespace hebb
