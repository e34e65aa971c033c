// ops/math.cc: elementwise functions of one number. x is the input, y the result, g the gradient
// that comes in.

#include "hebb/ops/math.h"

#include <numbers>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math_onnx.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/math.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

using T = const Tensor&;

// Of rounding, which is flat between its steps.
Grads zero_between_steps(const Call&, const Grads& dy) {
  return {zeros_like(dy[0])};
}

// sqrt(x² + one), of a one that is 1 or -1. The square of a large number may be out of range, where
// the one is nothing beside it.
Tensor root_of_square_and(const Tensor& x, double one) {
  if (is_complex(x.dtype()))  // in two roots: the sign of one of a product would be lost
    return one > 0 ? hebb::sqrt(hebb::square(x) + one) : hebb::sqrt(x - 1) * hebb::sqrt(x + 1);
  const double large = x.dtype() == DType::f64 ? 1e10 : x.dtype() == DType::f16 ? 128 : 1e5;
  const Tensor size = hebb::abs(x), is_large = hebb::gt(size, large);
  const Tensor small = hebb::where(is_large, 2, x);
  return hebb::where(is_large, size, hebb::sqrt(hebb::square(small) + one));
}

constexpr double two_over_root_pi = 2 * std::numbers::inv_sqrtpi;

Tensor sinc_gradient(T g, T x) {
  const Tensor angle = x * std::numbers::pi;
  return where(eq(x, 0), 0, g * (cos(angle) - sinc(x)) / x);
}

Grads abs_vjp(const Call& c, const Grads& dy) {
  const Tensor& x = c.in(0);
  if (!is_complex(x.dtype()))
    return {dy[0] * sign(x)};
  const Tensor size = abs(x);
  const Tensor nothing = eq(size, 0);
  return {dy[0] * where(nothing, 0, x / where(nothing, 1, size))};
}

Specs infer_round(const Call& c) {
  const int64_t decimals = c.attributes<RoundAttrs>().decimals;
  check(decimals == 0 || is_floating(c.common_dtype()),
        "decimals is {}, but {} has none; leave it out", decimals, name(c.common_dtype()));
  check(std::abs(double(decimals)) <= 308, "decimals is {}, should be from -308 to 308", decimals);
  return same_as_first_input(c);
}

}  // namespace

constinit const Op op::exp = Function{
    .name = "exp",
    .what = "The exponential, e^x.",
    .source = "torch.exp",
    .onnx = {{.type = "Exp", .since = 13}},
    .precision = Precision::f32,
    .gradient_from_result = [](T g, T y) { return g * y; },
};

constinit const Op op::expm1 = Function{
    .name = "expm1",
    .what = "e^x - 1, precise near 0.",
    .source = "torch.expm1",
    .no_onnx_because = "ONNX has no such operator; Exp less 1 loses the digits near 0",
    .precision = Precision::f32,
    .gradient_from_result = [](T g, T y) { return g * (y + 1); },
};

constinit const Op op::exp2 = Function{
    .name = "exp2",
    .what = "The power of two, 2^x.",
    .source = "torch.exp2",
    .onnx = {{.since = 13, .nodes = "Pow", .to = onnx::write_exp2}},
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_result = [](T g, T y) { return g * y * std::numbers::ln2; },
};

constinit const Op op::log = Function{
    .name = "log",
    .what = "The natural logarithm: -inf of 0, NaN of negative numbers.",
    .source = "torch.log",
    .onnx = {{.type = "Log", .since = 13}},
    .precision = Precision::f32,
    .gradient_from_input = [](T g, T x) { return g / x; },
};

constinit const Op op::log1p = Function{
    .name = "log1p",
    .what = "log(1 + x), precise near 0.",
    .source = "torch.log1p",
    .no_onnx_because = "ONNX has no such operator; Log of 1 + x loses the digits near 0",
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g / (x + 1); },
};

constinit const Op op::log2 = Function{
    .name = "log2",
    .what = "The logarithm to base 2.",
    .source = "torch.log2",
    .onnx = {{.since = 13, .nodes = "Log, Div", .to = onnx::write_log2}},
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g / (x * std::numbers::ln2); },
};

constinit const Op op::log10 = Function{
    .name = "log10",
    .what = "The logarithm to base 10.",
    .source = "torch.log10",
    .onnx = {{.since = 13, .nodes = "Log, Div", .to = onnx::write_log10}},
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g / (x * std::numbers::ln10); },
};

constinit const Op op::sqrt = Function{
    .name = "sqrt",
    .what = "The square root: NaN of negative numbers.",
    .source = "torch.sqrt",
    .onnx = {{.type = "Sqrt", .since = 13}},
    .gradient_from_result = [](T g, T y) { return g / (2 * y); },
};

constinit const Op op::rsqrt = Function{
    .name = "rsqrt",
    .what = "The reciprocal of the square root, 1 / sqrt(x).",
    .source = "torch.rsqrt",
    .onnx = {{.since = 13, .nodes = "Sqrt, Reciprocal", .to = onnx::write_rsqrt}},
    .precision = Precision::f32,
    .gradient_from_result = [](T g, T y) { return g * (-0.5 * y * hebb::square(y)); },
};

constinit const Op op::reciprocal = Function{
    .name = "reciprocal",
    .what = "The reciprocal, 1 / x.",
    .source = "torch.reciprocal",
    .onnx = {{.type = "Reciprocal", .since = 13}},
    .precision = Precision::f32,
    .gradient_from_result = [](T g, T y) { return -g * y * y; },
};

constinit const Op op::sin = Function{
    .name = "sin",
    .what = "The sine of an angle in radians.",
    .source = "torch.sin",
    .onnx = {{.type = "Sin", .since = 13}},
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g * hebb::cos(x); },
};

constinit const Op op::cos = Function{
    .name = "cos",
    .what = "The cosine of an angle in radians.",
    .source = "torch.cos",
    .onnx = {{.type = "Cos", .since = 13}},
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return -g * hebb::sin(x); },
};

constinit const Op op::tan = Function{
    .name = "tan",
    .what = "The tangent of an angle in radians.",
    .source = "torch.tan",
    .onnx = {{.type = "Tan", .since = 13}},
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_result = [](T g, T y) { return g * (1 + hebb::square(y)); },
};

constinit const Op op::asin = Function{
    .name = "asin",
    .what = "The angle in radians, from -pi/2 to pi/2, whose sine is x: NaN outside [-1, 1].",
    .source = "torch.asin",
    .onnx = {{.type = "Asin", .since = 13}},
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g * hebb::rsqrt(1 - hebb::square(x)); },
};

constinit const Op op::acos = Function{
    .name = "acos",
    .what = "The angle in radians, from 0 to pi, whose cosine is x: NaN outside [-1, 1].",
    .source = "torch.acos",
    .onnx = {{.type = "Acos", .since = 13}},
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return -g * hebb::rsqrt(1 - hebb::square(x)); },
};

constinit const Op op::atan = Function{
    .name = "atan",
    .what = "The angle in radians, between -pi/2 and pi/2, whose tangent is x.",
    .source = "torch.atan",
    .onnx = {{.type = "Atan", .since = 13}},
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g / (1 + hebb::square(x)); },
};

constinit const Op op::sinh = Function{
    .name = "sinh",
    .what = "The hyperbolic sine, (e^x - e^-x) / 2.",
    .source = "torch.sinh",
    .onnx = {{.type = "Sinh", .since = 13}},
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g * hebb::cosh(x); },
};

constinit const Op op::cosh = Function{
    .name = "cosh",
    .what = "The hyperbolic cosine, (e^x + e^-x) / 2.",
    .source = "torch.cosh",
    .onnx = {{.type = "Cosh", .since = 13}},
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g * hebb::sinh(x); },
};

constinit const Op op::asinh = Function{
    .name = "asinh",
    .what = "The inverse of the hyperbolic sine, log(x + sqrt(x^2 + 1)).",
    .source = "torch.asinh",
    .onnx = {{.type = "Asinh", .since = 13}},
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g / root_of_square_and(x, 1); },
};

constinit const Op op::acosh = Function{
    .name = "acosh",
    .what = "The inverse of the hyperbolic cosine, log(x + sqrt(x^2 - 1)): NaN below 1.",
    .source = "torch.acosh",
    .onnx = {{.type = "Acosh", .since = 13}},
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g / root_of_square_and(x, -1); },
};

constinit const Op op::atanh = Function{
    .name = "atanh",
    .what =
        "The inverse of the hyperbolic tangent, log((1 + x) / (1 - x)) / 2: NaN outside "
        "[-1, 1].",
    .source = "torch.atanh",
    .onnx = {{.type = "Atanh", .since = 13}},
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g, T x) { return g / (1 - hebb::square(x)); },
};

constinit const Op op::sinc = Function{
    .name = "sinc",
    .what = "The normalised cardinal sine, sin(pi x) / (pi x): 1 at 0.",
    .source = "torch.sinc",
    .onnx = {{.since = 13, .nodes = "Mul, Sin, Div, Equal, Where", .to = onnx::write_sinc}},
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = sinc_gradient,
};

constinit const Op op::erf = Function{
    .name = "erf",
    .what = "The error function, 2 / sqrt(pi) times the integral of e^-t^2 from 0 to x.",
    .source = "torch.erf",
    .onnx = {{.type = "Erf", .since = 13}},
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](T g,
                              T x) { return g * (two_over_root_pi * hebb::exp(-hebb::square(x))); },
};

constinit const Op op::erfc = Function{
    .name = "erfc",
    .what = "The complement of the error function, 1 - erf(x), precise where that is small.",
    .source = "torch.erfc",
    .no_onnx_because = "ONNX has no such operator; 1 less Erf loses the digits of small results",
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input =
        [](T g, T x) { return g * (-two_over_root_pi * hebb::exp(-hebb::square(x))); },
};

constinit const Op op::abs = Function{
    .name = "abs",
    .what = "The absolute value |x|, of a complex number its real magnitude.",
    .source = "torch.abs",
    .onnx = {{.type = "Abs", .since = 13}},
    .promotion = Promotion::common,
    .infer = [](const Call& c) -> Specs {
      return {{real_of(c.common_dtype()), c.in(0).shape()}};
    },
    .keep = keep_input,
    .vjp = abs_vjp,
    .cost = flops_per_element<1>,
};

constinit const Op op::conj = Function{
    .name = "conj",
    .what = "The complex conjugate: the imaginary part with the other sign; real numbers stay.",
    .source = "torch.conj",
    .no_onnx_because = "ONNX has no such operator, nor complex arithmetic",
    .promotion = Promotion::common,
    .kernel = kernel::elementwise_scalar,
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {hebb::conj(dy[0])}; },
    .cost = flops_per_element<1>,
};

constinit const Op op::sign = Function{
    .name = "sign",
    .what = "The sign: -1, 0 or 1; 0 of NaN.",
    .source = "torch.sign",
    .onnx = {{.type = "Sign", .since = 13}},
    .promotion = Promotion::common,
    .kernel = kernel::elementwise_scalar,
    .vjp = zero_between_steps,
    .cost = flops_per_element<1>,
};

constinit const Op op::sgn = {
    .name = "sgn",
    .what = "The sign: of complex numbers x / |x|, and 0 of 0.",
    .source = "torch.sgn",
    .inputs = {"input"},
    .no_onnx_because = "of real numbers it is sign, which is exported; ONNX has no complex ones",
    .compose = [](const Call& c) -> Tensors {
      const Tensor& x = c.in(0);
      if (!is_complex(x.dtype()))
        return {hebb::sign(x)};
      const Tensor size = hebb::abs(x), nothing = hebb::eq(size, 0);
      return {hebb::where(nothing, 0, x / hebb::where(nothing, 1, size))};
    },
};

constinit const Op op::floor = Function{
    .name = "floor",
    .what = "The largest whole number that is not above x; integers stay what they are.",
    .source = "torch.floor",
    .onnx = {{.type = "Floor", .since = 13, .to = onnx::write_whole}},
    .promotion = Promotion::common,
    .vjp = zero_between_steps,
    .cost = flops_per_element<1>,
};

constinit const Op op::ceil = Function{
    .name = "ceil",
    .what = "The smallest whole number that is not below x; integers stay what they are.",
    .source = "torch.ceil",
    .onnx = {{.type = "Ceil", .since = 13, .to = onnx::write_whole}},
    .promotion = Promotion::common,
    .vjp = zero_between_steps,
    .cost = flops_per_element<1>,
};

constinit const Op op::round = Function{
    .name = "round",
    .what = "The nearest number of so many decimals, halves to the even neighbour.",
    .source = "torch.round",
    .attributes = attrs_type<RoundAttrs>,
    .onnx = {{.type = "Round",
              .since = 13,
              .nodes = "Mul, Div",
              .where = "decimals within the digits of the dtype",
              .to = onnx::write_round}},
    .promotion = Promotion::common,
    .infer = infer_round,
    .vjp = zero_between_steps,
    .cost = flops_per_element<1>,
};

constinit const Op op::trunc = Function{
    .name = "trunc",
    .what = "The whole part of x: rounded towards zero.",
    .source = "torch.trunc",
    .onnx = {{.since = 13, .nodes = "Sign, Abs, Floor, Mul", .to = onnx::write_trunc}},
    .promotion = Promotion::common,
    .vjp = zero_between_steps,
    .cost = flops_per_element<1>,
};

constinit const Op op::frac = Function{
    .name = "frac",
    .what = "What rounding towards zero takes away, x - trunc(x), with the sign of x.",
    .source = "torch.frac",
    .onnx = {{.since = 13, .nodes = "Sign, Abs, Floor, Mul, Sub", .to = onnx::write_frac}},
    .promotion = Promotion::common,
    .kernel = kernel::elementwise_scalar,
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {dy[0]}; },
    .cost = flops_per_element<1>,
};

#define FUNCTION(name)               \
  Tensor name(const Tensor& input) { \
    return call(op::name, {input});  \
  }
FUNCTION(exp)
FUNCTION(expm1)
FUNCTION(exp2)
FUNCTION(log)
FUNCTION(log1p)
FUNCTION(log2)
FUNCTION(log10)
FUNCTION(sqrt)
FUNCTION(rsqrt)
FUNCTION(reciprocal)
FUNCTION(sin)
FUNCTION(cos)
FUNCTION(tan)
FUNCTION(asin)
FUNCTION(acos)
FUNCTION(atan)
FUNCTION(sinh)
FUNCTION(cosh)
FUNCTION(asinh)
FUNCTION(acosh)
FUNCTION(atanh)
FUNCTION(sinc)
FUNCTION(erf)
FUNCTION(erfc)
FUNCTION(abs)
FUNCTION(conj)
FUNCTION(sign)
FUNCTION(floor)
FUNCTION(ceil)
Tensor round(const Tensor& input, int64_t decimals) {
  return call(op::round, {input}, RoundAttrs{decimals});
}
FUNCTION(trunc)
FUNCTION(frac)
#undef FUNCTION

Tensor sgn(const Tensor& input) {
  return call(op::sgn, {input});
}

}  // namespace hebb
