// ops/arithmetic.cc: elementwise arithmetic of two or three tensors.

#include "hebb/ops/arithmetic.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/kernels/elementwise.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/elementwise_op.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/holomorphic.h"
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

constexpr Op two_operands(std::string_view name, Specs (*infer)(const Call&) = broadcast_fitting) {
  return elementwise_op(name, {"input", "other"}, Promotion::common, infer);
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

constinit const Op op::add = [] {
  Op op = with_attributes(two_operands("add", infer_sum), attrs_type<AddAttrs>);
  op.onnx = {.type = "Add", .since = 14, .where = "alpha = 1"};
  op.vjp = [](const Call& c, const Grads& dy) -> Grads {
    return {dy[0], c.wants(1) ? times(dy[0], c.attributes<AddAttrs>().alpha) : Tensor()};
  };
  return op;
}();

constinit const Op op::sub = [] {
  Op op = with_attributes(two_operands("sub", infer_sum), attrs_type<AddAttrs>);
  op.onnx = {.type = "Sub", .since = 14, .where = "alpha = 1"};
  op.vjp = [](const Call& c, const Grads& dy) -> Grads {
    return {dy[0], c.wants(1) ? -times(dy[0], c.attributes<AddAttrs>().alpha) : Tensor()};
  };
  return op;
}();

constinit const Op op::mul = {
    .name = "mul",
    .inputs = {"input", "other"},
    .onnx = {.type = "Mul", .since = 14},
    .elementwise = true,
    .promotion = Promotion::common,
    .infer = broadcast_inputs,
    .kernel = kernel::elementwise,
    .keep = {Keep::input(0, {1}), Keep::input(1, {0})},
    .vjp = [](const Call& c, const Grads& given) -> Grads {
      return holomorphic(given, [&](const Grads& dy) -> Grads {
        return {c.wants(0) ? dy[0] * c.in(1) : Tensor(), c.wants(1) ? dy[0] * c.in(0) : Tensor()};
      });
    },
    .cost = flops_per_element<1>,
};

constinit const Op op::div = {
    .name = "div",
    .inputs = {"input", "other"},
    .attributes = attrs_type<DivAttrs>,
    .onnx = {.type = "Div", .since = 14, .where = "no rounding_mode"},
    .elementwise = true,
    .promotion_by =
        [](const Call& c) {
          check_rounding_mode(c);
          return c.attributes<DivAttrs>().rounding_mode ? Promotion::common : Promotion::floating;
        },
    .infer = broadcast_fitting,
    .kernel = kernel::elementwise,
    .keep = {Keep::input(0, {1}), Keep::input(1)},
    .vjp = [](const Call& c, const Grads& given) -> Grads {
      return holomorphic(given, [&](const Grads& dy) -> Grads {
        if (c.attributes<DivAttrs>().rounding_mode) {  // flat between its steps
          const Tensor zero = zeros_like(dy[0]);
          return {zero, zero};
        }
        const Tensor share =
            dy[0] / c.in(1);  // no square of the divisor, which may be 0 or infinite
        return {c.wants(0) ? share : Tensor(),
                c.wants(1) ? -share * (c.in(0) / c.in(1)) : Tensor()};
      });
    },
    .cost = flops_per_element<1>,
};

constinit const Op op::floor_divide = without_vectors(two_operands("floor_divide"));

constinit const Op op::fmod = [] {
  Op op = without_vectors(two_operands("fmod"));
  op.keep = {Keep::input(0, {1}), Keep::input(1, {1})};
  op.vjp = [](const Call& c, const Grads& dy) -> Grads {
    return {dy[0], c.wants(1) ? -dy[0] * hebb::div(c.in(0), c.in(1), "trunc") : Tensor()};
  };
  return op;
}();

constinit const Op op::remainder = [] {
  Op op = without_vectors(two_operands("remainder"));
  op.keep = {Keep::input(0, {1}), Keep::input(1, {1})};
  op.vjp = [](const Call& c, const Grads& dy) -> Grads {
    return {dy[0], c.wants(1) ? -dy[0] * hebb::div(c.in(0), c.in(1), "floor") : Tensor()};
  };
  return op;
}();

constinit const Op op::neg = {
    .name = "neg",
    .inputs = {"input"},
    .onnx = {.type = "Neg", .since = 13},
    .elementwise = true,
    .promotion = Promotion::common,
    .infer = same_as_first_input,
    .kernel = kernel::elementwise,
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {-dy[0]}; },
    .cost = flops_per_element<1>,
};

constinit const Op op::square = [] {
  Op op = elementwise_op("square", {"input"}, Promotion::common, same_as_first_input);
  op.keep = {Keep::input(0)};
  op.vjp = [](const Call& c, const Grads& given) -> Grads {
    return holomorphic(given, [&](const Grads& dy) -> Grads { return {dy[0] * (2 * c.in(0))}; });
  };
  return op;
}();

constinit const Op op::pow = [] {
  Op op = without_vectors(elementwise_op("pow", {"input", "exponent"}, Promotion::common, infer_pow,
                                         flops_per_element<20>));
  op.onnx = {.type = "Pow", .since = 15};
  op.keep = {Keep::input(0), Keep::input(1), Keep::output(0, {1})};
  op.vjp = [](const Call& c, const Grads& given) -> Grads {
    return holomorphic(given, [&](const Grads& dy) -> Grads {
      const Tensor &x = c.in(0), &e = c.in(1);
      return {
          c.wants(0) ? hebb::where(hebb::eq(e, 0), 0, dy[0] * (e * hebb::pow(x, e - 1))) : Tensor(),
          c.wants(1) ? hebb::where(hebb::logical_and(hebb::eq(x, 0), hebb::ge(e, 0)), 0,
                                   dy[0] * (c.out(0) * hebb::log(x)))
                     : Tensor()};
    });
  };
  return op;
}();

constinit const Op op::atan2 = [] {
  Op op = without_vectors(elementwise_op("atan2", {"input", "other"}, Promotion::floating,
                                         broadcast_inputs, flops_per_element<20>));
  op.keep = {Keep::input(0), Keep::input(1)};
  op.vjp = [](const Call& c, const Grads& dy) -> Grads {
    // Of numbers near 1: the squares of what they were might be out of range.
    const Tensor largest = hebb::maximum(hebb::abs(c.in(0)), hebb::abs(c.in(1))),
                 unit = hebb::where(hebb::isfinite(largest), largest, 1), y = c.in(0) / unit,
                 x = c.in(1) / unit;
    const Tensor share = dy[0] / unit / (hebb::square(y) + hebb::square(x));
    return {c.wants(0) ? share * x : Tensor(), c.wants(1) ? -(share * y) : Tensor()};
  };
  return op;
}();

constinit const Op op::maximum = [] {
  Op op = two_operands("maximum");
  op.onnx = {.type = "Max", .since = 13};
  op.keep = {Keep::input(0), Keep::input(1)};
  op.vjp = extremum_vjp<true>;
  return op;
}();
constinit const Op op::minimum = [] {
  Op op = two_operands("minimum");
  op.onnx = {.type = "Min", .since = 13};
  op.keep = {Keep::input(0), Keep::input(1)};
  op.vjp = extremum_vjp<false>;
  return op;
}();

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

constinit const Op op::clamp = [] {
  Op op = elementwise_op("clamp", {"input", "min?", "max?"}, Promotion::common, infer_clamp,
                         flops_per_element<2>);
  op.onnx = {.type = "Clip", .since = 13, .where = "0-d min and max"};
  op.keep = {Keep::input(0), Keep::input(1), Keep::input(2)};
  op.vjp = clamp_vjp;
  return op;
}();
constinit const Op op::clamp_backward = [] {
  Op op = elementwise_op("clamp_backward", {"grad", "input", "min?", "max?"}, Promotion::common,
                         infer_clamp, flops_per_element<2>);
  op.keep = {Keep::input(1), Keep::input(2), Keep::input(3)};
  op.vjp = [](const Call& c, const Grads& dy) -> Grads {
    return {call(op::clamp_backward, {dy[0], c.in(1), c.in(2), c.in(3)})};
  };
  op.internal = true;
  return op;
}();

constinit const Op op::lerp = [] {
  Op op = without_vectors(elementwise_op("lerp", {"input", "end", "weight"}, Promotion::common,
                                         broadcast_inputs, flops_per_element<3>));
  op.keep = {Keep::input(0, {2}), Keep::input(1, {2}), Keep::input(2, {0, 1})};
  op.vjp = [](const Call& c, const Grads& dy) -> Grads {
    return {c.wants(0) ? dy[0] * (1 - c.in(2)) : Tensor(), c.wants(1) ? dy[0] * c.in(2) : Tensor(),
            c.wants(2) ? dy[0] * (c.in(1) - c.in(0)) : Tensor()};
  };
  return op;
}();

constinit const Op op::addcmul = [] {
  Op op = without_vectors(
      with_attributes(elementwise_op("addcmul", {"input", "tensor1", "tensor2"}, Promotion::common,
                                     infer_addcmul, flops_per_element<3>),
                      attrs_type<AddcAttrs>));
  op.keep = {Keep::input(1, {2}), Keep::input(2, {1})};
  op.vjp = [](const Call& c, const Grads& given) -> Grads {
    return holomorphic(given, [&](const Grads& dy) -> Grads {
      const double value = c.attributes<AddcAttrs>().value;
      return {dy[0], c.wants(1) ? times(dy[0] * c.in(2), value) : Tensor(),
              c.wants(2) ? times(dy[0] * c.in(1), value) : Tensor()};
    });
  };
  return op;
}();

constinit const Op op::addcdiv = [] {
  Op op = without_vectors(
      with_attributes(elementwise_op("addcdiv", {"input", "tensor1", "tensor2"},
                                     Promotion::floating, broadcast_inputs, flops_per_element<3>),
                      attrs_type<AddcAttrs>));
  op.keep = {Keep::input(1, {2}), Keep::input(2, {1, 2})};
  op.vjp = [](const Call& c, const Grads& given) -> Grads {
    return holomorphic(given, [&](const Grads& dy) -> Grads {
      const double value = c.attributes<AddcAttrs>().value;
      const Tensor share = c.wants(1) || c.wants(2) ? times(dy[0] / c.in(2), value) : Tensor();
      return {dy[0], c.wants(1) ? share : Tensor(),
              c.wants(2) ? -share * (c.in(1) / c.in(2)) : Tensor()};
    });
  };
  return op;
}();

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

}  // namespace hebb
