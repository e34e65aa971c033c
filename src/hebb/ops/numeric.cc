// ops/numeric.cc: signs, neighbours, exponents, shifts and divisors of numbers; closeness.

#include "hebb/ops/numeric.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/numeric_onnx.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/statistics.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/numeric.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Specs infer_integers(const Call& c) {
  check(is_integral(c.common_dtype()) && c.common_dtype() != DType::boolean,
        "the operands are {}, should be integers", name(c.common_dtype()));
  return broadcast_fitting(c);
}

std::optional<ViewSpec> view_of_numbers(const Call& c) {
  check(c.in(0).dtype() != DType::boolean, "input is bool, should be a number");
  return ViewSpec{c.in(0).shape(), c.in(0).strides(), c.in(0).body()->offset};
}

// x 2^exponent; in two steps, of which neither leaves the range where the result does not.
Tensor scaled(const Tensor& x, const Tensor& exponent) {
  const Tensor half = floor(exponent / 2);
  return x * exp2(half) * exp2(exponent - half);
}

}  // namespace

constinit const Op op::positive = {
    .name = "positive",
    .what = "The input itself, which should be no bool.",
    .source = "torch.positive",
    .inputs = {"input"},
    .onnx = {{.since = 13, .to = onnx::write_as_it_is}},
    .view = view_of_numbers,
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {dy[0]}; },
};

constinit const Op op::deg2rad = {
    .name = "deg2rad",
    .what = "The angle in radians of one in degrees.",
    .source = "torch.deg2rad",
    .inputs = {"input"},
    .onnx = {{.since = 13, .nodes = "Mul", .to = onnx::write_deg2rad}},
    .compose = [](const Call& c) -> Tensors { return {c.in(0) * (M_PI / 180)}; },
};

constinit const Op op::rad2deg = {
    .name = "rad2deg",
    .what = "The angle in degrees of one in radians.",
    .source = "torch.rad2deg",
    .inputs = {"input"},
    .onnx = {{.since = 13, .nodes = "Mul", .to = onnx::write_rad2deg}},
    .compose = [](const Call& c) -> Tensors { return {c.in(0) * (180 / M_PI)}; },
};

static Tensors compose_float_power(const Call& c) {
  const bool any = is_complex(c.in(0).dtype()) || is_complex(c.in(1).dtype());
  const DType dtype = any ? DType::c128 : DType::f64;
  const Tensor& exponent = c.in(1);
  if (exponent.is_number() && !is_complex(exponent.dtype()))
    return {pow(cast(c.in(0), dtype), is_floating(exponent.dtype())
                                          ? exponent.item_as_double()
                                          : double(exponent.item_as_int()))};
  return {pow(cast(c.in(0), dtype), cast(exponent, dtype))};
}

constinit const Op op::float_power = {
    .name = "float_power",
    .what = "The power input^exponent, in f64 whatever the operands are, or in c128.",
    .source = "torch.float_power",
    .inputs = {"input", "exponent"},
    .onnx = {{.since = 13, .nodes = "Pow", .to = onnx::write_float_power}},
    .compose = compose_float_power,
};

static Grads hypot_vjp(const Call& c, const Grads& dy) {
  const Tensor zero = eq(c.out(0), 0), length = where(zero, 1, c.out(0));
  return {c.wants(0) ? dy[0] * (c.in(0) / length) : Tensor(),
          c.wants(1) ? dy[0] * (c.in(1) / length) : Tensor()};
}

constinit const Op op::hypot = Elementwise{
    .name = "hypot",
    .what = "The length sqrt(input^2 + other^2), also where the squares would be out of range.",
    .source = "torch.hypot",
    .no_onnx_because = "ONNX has no such operator; squares would be out of range",
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0, {0}), Keep::input(1, {1}), Keep::output(0)},
    .vjp = hypot_vjp,
    .cost = flops_per_element<10>,
};

static Grads copysign_vjp(const Call& c, const Grads& dy) {
  const Tensor &x = c.in(0), zero = eq(x, 0);
  return {c.wants(0) ? dy[0] * where(zero, 0, c.out(0) / where(zero, 1, x)) : Tensor(),
          c.wants(1) ? zeros_like(dy[0]) : Tensor()};
}

constinit const Op op::copysign = Elementwise{
    .name = "copysign",
    .what = "The size of input with the sign of other, in which -0.0 is negative.",
    .source = "torch.copysign",
    .no_onnx_because = "ONNX has no such operator, and its Sign does not see that of -0.0",
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0, {0}), Keep::output(0, {0})},
    .vjp = copysign_vjp,
};

constinit const Op op::signbit = Predicate{
    .name = "signbit",
    .what = "Whether input is negative, in which -0.0 counts.",
    .source = "torch.signbit",
    .no_onnx_because = "ONNX has no such operator, and its Sign does not see that of -0.0",
};

// Equal elements share the gradient; a number gets all of it beside NaN, and of two NaNs the first.
template <bool largest>
static Grads fmax_vjp(const Call& c, const Grads& dy) {
  const Tensor &a = c.in(0), &b = c.in(1), share = where(eq(a, b), dy[0] / 2, dy[0]);
  const Tensor first = logical_or(largest ? ge(a, b) : le(a, b), isnan(b)),
               second = logical_or(logical_not(first), eq(a, b));
  return {c.wants(0) ? where(first, share, 0) : Tensor(),
          c.wants(1) ? where(second, share, 0) : Tensor()};
}

constinit const Op op::fmax = Elementwise{
    .name = "fmax",
    .what = "The larger of two elements; a number wins over NaN.",
    .source = "torch.fmax",
    .onnx = {{.since = 13, .nodes = "IsNaN, GreaterOrEqual, Or, Where", .to = onnx::write_fmax}},
    .infer = broadcast_fitting,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = fmax_vjp<true>,
};

constinit const Op op::fmin = Elementwise{
    .name = "fmin",
    .what = "The smaller of two elements; a number wins over NaN.",
    .source = "torch.fmin",
    .onnx = {{.since = 13, .nodes = "IsNaN, LessOrEqual, Or, Where", .to = onnx::write_fmin}},
    .infer = broadcast_fitting,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = fmax_vjp<false>,
};

constinit const Op op::heaviside = Elementwise{
    .name = "heaviside",
    .what = "The step function: 0 below 0 and of NaN, 1 above it, and values at 0.",
    .source = "torch.heaviside",
    .inputs = {"input", "values"},
    .no_onnx_because = because::onnx_lacks_it,
    .infer = broadcast_fitting,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = "PyTorch defines none: it is 0 where the function is flat",
};

static Specs infer_nextafter(const Call& c) {
  check(is_floating(c.common_dtype()), "the operands are {}, should be floating",
        name(c.common_dtype()));
  return broadcast_inputs(c);
}

// A neighbour moves along, but for the number that it has arrived at.
static Grads nextafter_vjp(const Call& c, const Grads& dy) {
  return {c.wants(0) ? where(eq(c.in(0), c.in(1)), 0, dy[0]) : Tensor(),
          c.wants(1) ? zeros_like(dy[0]) : Tensor()};
}

constinit const Op op::nextafter = Elementwise{
    .name = "nextafter",
    .what = "The next number of the dtype from input towards other.",
    .source = "torch.nextafter",
    .no_onnx_because = because::onnx_lacks_it,
    .infer = infer_nextafter,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0, {0}), Keep::input(1, {0})},
    .vjp = nextafter_vjp,
};

static Tensors compose_ldexp(const Call& c) {
  const Tensor &x = c.in(0), &exponent = c.in(1);
  if (exponent.is_number())
    return {x * std::exp2(is_floating(exponent.dtype()) ? exponent.item_as_double()
                                                        : double(exponent.item_as_int()))};
  const DType dtype = is_floating(x.dtype()) ? x.dtype() : DType::f32;
  return {x * exp2(is_floating(exponent.dtype()) ? exponent : cast(exponent, dtype))};
}

constinit const Op op::ldexp = {
    .name = "ldexp",
    .what = "input times 2^other.",
    .source = "torch.ldexp",
    .inputs = {"input", "other"},
    .no_onnx_because = "ONNX has no such operator; its parts, a power and a product, are exported",
    .compose = compose_ldexp,
};

static int frexp_results(const Call&) {
  return 2;
}

static Tensors compose_frexp(const Call& c) {
  const Tensor& x = c.in(0);
  check(is_floating(x.dtype()), "input is {}, should be floating", name(x.dtype()));
  const Tensor exponent = call(op::frexp_exponent, {x});
  const DType wide = x.dtype() == DType::f64 ? DType::f64 : DType::f32;
  const Tensor mantissa = scaled(cast(x, wide), cast(neg(exponent), wide));
  return {cast(mantissa, x.dtype()), exponent};
}

constinit const Op op::frexp = {
    .name = "frexp",
    .what = "A mantissa, whose size is from 0.5 to 1, and an exponent (i32): mantissa 2^exponent.",
    .source = "torch.frexp",
    .inputs = {"input"},
    .outputs = {"mantissa", "exponent"},
    .no_onnx_because = "ONNX has no operator that looks into a number",
    .compose = compose_frexp,
    .results = frexp_results,
};

constinit const Op op::frexp_exponent = Elementwise{
    .name = "frexp_exponent",
    .what = "The exponent (i32) of frexp; 0 of 0 and of what is not finite.",
    .source = "torch.frexp",
    .inputs = {"input"},
    .no_onnx_because = "a piece of frexp",
    .promotion = Promotion::none,
    .infer = [](const Call& c) -> Specs {
      return {{DType::i32, c.in(0).shape()}};
    },
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = because::integers_come_out,
    .internal = true,
};

constinit const Op op::nan_to_num = Function{
    .name = "nan_to_num",
    .what =
        "input with numbers for NaN and infinities, also in the parts of complex numbers: 0, the "
        "dtype's "
        "largest and its smallest.",
    .source = "torch.nan_to_num",
    .attributes = attrs_type<NanToNumAttrs>,
    .onnx = {{.since = 13, .nodes = "IsNaN, IsInf, Where", .to = onnx::write_nan_to_num}},
    .promotion = Promotion::common,
    .kernel = kernel::elementwise_scalar,
    .keep = keep_input,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {where(isfinite(c.in(0)), dy[0], 0)};
    },
    .cost = flops_per_element<1>,
};

constinit const Op op::isposinf = Predicate{
    .name = "isposinf",
    .what = "Whether input is infinite and above 0.",
    .source = "torch.isposinf",
    .onnx = {{.since = 13, .nodes = "IsInf", .to = onnx::write_isposinf}},
};

constinit const Op op::isneginf = Predicate{
    .name = "isneginf",
    .what = "Whether input is infinite and below 0.",
    .source = "torch.isneginf",
    .onnx = {{.since = 13, .nodes = "IsInf", .to = onnx::write_isneginf}},
};

constinit const Op op::isreal = Predicate{
    .name = "isreal",
    .what = "Whether the imaginary part is 0, which holds for all real numbers.",
    .source = "torch.isreal",
    .no_onnx_because = because::no_complex_numbers,
};

static Specs infer_isclose(const Call& c) {
  const auto& a = c.attributes<IscloseAttrs>();
  check(a.rtol >= 0 && a.atol >= 0, "rtol {} and atol {} should be at least 0", a.rtol, a.atol);
  return broadcast_fitting_to_bool(c);
}

constinit const Op op::isclose = Elementwise{
    .name = "isclose",
    .what = "Whether |input - other| <= atol + rtol |other|; equal infinities are close.",
    .source = "torch.isclose",
    .attributes = attrs_type<IscloseAttrs>,
    .no_onnx_because = "ONNX has no such operator; infinities have no distance",
    .infer = infer_isclose,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = because::truth_values_come_out,
    .cost = flops_per_element<4>,
};

constinit const Op op::allclose = {
    .name = "allclose",
    .what = "Whether isclose holds for all elements: one truth value.",
    .source = "torch.allclose",
    .inputs = {"input", "other"},
    .attributes = attrs_type<IscloseAttrs>,
    .no_onnx_because = "ONNX has no such operator; infinities have no distance",
    .compose = [](const Call& c) -> Tensors {
      return {all(call(op::isclose, {c.in(0), c.in(1)}, c.attrs()))};
    },
    .no_gradient_because = because::truth_values_come_out,
};

static Tensors compose_equal(const Call& c) {
  if (c.in(0).shape() != c.in(1).shape())
    return {full({}, false, DType::boolean, c.in(0).device())};
  return {all(eq(c.in(0), c.in(1)))};
}

constinit const Op op::equal = {
    .name = "equal",
    .what = "Whether two tensors have one shape and equal elements: one truth value.",
    .source = "torch.equal",
    .inputs = {"input", "other"},
    .onnx = {{.since = 13,
              .nodes = "Equal, Not, ReduceSum",
              .where = "for operands of one shape and dtype",
              .to = onnx::write_equal}},
    .compose = compose_equal,
    .no_gradient_because = because::truth_values_come_out,
};

constinit const Op op::gcd = Elementwise{
    .name = "gcd",
    .what = "The greatest common divisor of two integers, at least 0; of 0 and x: |x|.",
    .source = "torch.gcd",
    .no_onnx_because = because::onnx_lacks_it,
    .infer = infer_integers,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = because::integers_come_out,
    .cost = flops_per_element<20>,
};

constinit const Op op::lcm = Elementwise{
    .name = "lcm",
    .what = "The least common multiple of two integers, at least 0; of 0 and x: 0.",
    .source = "torch.lcm",
    .no_onnx_because = because::onnx_lacks_it,
    .infer = infer_integers,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = because::integers_come_out,
    .cost = flops_per_element<20>,
};

constinit const Op op::bitwise_left_shift = Elementwise{
    .name = "bitwise_left_shift",
    .what = "The bits of input moved up by other, with zeros below; 0 where all leave.",
    .source = "torch.bitwise_left_shift",
    .onnx = {{.type = "BitShift",
              .since = 13,
              .where = "of unsigned integers",
              .to = onnx::write_shift,
              .from = onnx::read_shift}},
    .infer = infer_integers,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = because::integers_come_out,
};

constinit const Op op::bitwise_right_shift = Elementwise{
    .name = "bitwise_right_shift",
    .what = "The bits of input moved down by other; above, the sign's bit comes in.",
    .source = "torch.bitwise_right_shift",
    .onnx = {{.since = 13,
              .nodes = "BitShift",
              .where = "of unsigned integers",
              .to = onnx::write_shift}},
    .infer = infer_integers,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = because::integers_come_out,
};

Tensor positive(const Tensor& input) {
  return call(op::positive, {input});
}
Tensor deg2rad(const Tensor& input) {
  return call(op::deg2rad, {input});
}
Tensor rad2deg(const Tensor& input) {
  return call(op::rad2deg, {input});
}
Tensor float_power(const Tensor& input, const Tensor& exponent) {
  return call(op::float_power, {input, exponent});
}
Tensor hypot(const Tensor& input, const Tensor& other) {
  return call(op::hypot, {input, other});
}
Tensor copysign(const Tensor& input, const Tensor& other) {
  return call(op::copysign, {input, other});
}
Tensor signbit(const Tensor& input) {
  return call(op::signbit, {input});
}
Tensor fmax(const Tensor& input, const Tensor& other) {
  return call(op::fmax, {input, other});
}
Tensor fmin(const Tensor& input, const Tensor& other) {
  return call(op::fmin, {input, other});
}
Tensor heaviside(const Tensor& input, const Tensor& values) {
  return call(op::heaviside, {input, values});
}
Tensor nextafter(const Tensor& input, const Tensor& other) {
  return call(op::nextafter, {input, other});
}
Tensor ldexp(const Tensor& input, const Tensor& other) {
  return call(op::ldexp, {input, other});
}
std::pair<Tensor, Tensor> frexp(const Tensor& input) {
  const Tensors out = call_all(op::frexp, {input});
  return {out[0], out[1]};
}
Tensor nan_to_num(const Tensor& input, std::optional<double> nan, std::optional<double> posinf,
                  std::optional<double> neginf) {
  return call(op::nan_to_num, {input}, NanToNumAttrs{nan, posinf, neginf});
}
Tensor isposinf(const Tensor& input) {
  return call(op::isposinf, {input});
}
Tensor isneginf(const Tensor& input) {
  return call(op::isneginf, {input});
}
Tensor isreal(const Tensor& input) {
  return call(op::isreal, {input});
}
Tensor isclose(const Tensor& input, const Tensor& other, double rtol, double atol, bool equal_nan) {
  return call(op::isclose, {input, other}, IscloseAttrs{rtol, atol, equal_nan});
}
Tensor allclose(const Tensor& input, const Tensor& other, double rtol, double atol,
                bool equal_nan) {
  return call(op::allclose, {input, other}, IscloseAttrs{rtol, atol, equal_nan});
}
Tensor equal(const Tensor& input, const Tensor& other) {
  return call(op::equal, {input, other});
}
Tensor gcd(const Tensor& input, const Tensor& other) {
  return call(op::gcd, {input, other});
}
Tensor lcm(const Tensor& input, const Tensor& other) {
  return call(op::lcm, {input, other});
}
Tensor bitwise_left_shift(const Tensor& input, const Tensor& other) {
  return call(op::bitwise_left_shift, {input, other});
}
Tensor bitwise_right_shift(const Tensor& input, const Tensor& other) {
  return call(op::bitwise_right_shift, {input, other});
}

}  // namespace hebb
