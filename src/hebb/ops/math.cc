// ops/math.cc: elementwise functions of one number. x is the input, y the result, g the gradient
// that comes in.

#include "hebb/ops/math.h"

#include <numbers>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/elementwise_op.h"
#include "hebb/ops/holomorphic.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/math.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

using T = const Tensor&;

// A function whose derivative is written in its input, or in its result.
template <class Rule>
constexpr Op of_input(std::string_view name, Rule, OnnxForm onnx = {}) {
  return function_op(
      name,
      [](const Call& c, const Grads& given) {
        return holomorphic(given,
                           [&](const Grads& dy) -> Grads { return {Rule()(dy[0], c.in(0))}; });
      },
      keep_input, onnx);
}
template <class Rule>
constexpr Op of_result(std::string_view name, Rule, OnnxForm onnx = {}) {
  return function_op(
      name,
      [](const Call& c, const Grads& given) {
        return holomorphic(given,
                           [&](const Grads& dy) -> Grads { return {Rule()(dy[0], c.out(0))}; });
      },
      keep_result, onnx);
}

// Rounding: flat between its steps; integers stay what they are.
constexpr Op rounding(std::string_view name, OnnxForm onnx = {}) {
  Op op = elementwise_op(name, {"input"}, Promotion::common, same_as_first_input);
  op.onnx = onnx;
  op.vjp = [](const Call&, const Grads& dy) -> Grads { return {zeros_like(dy[0])}; };
  return op;
}

// sqrt(x² + one), of a one that is 1 or -1. The square of a large number may be out of range, where
// the one is nothing beside it.
Tensor root_of_square_and(const Tensor& x, double one) {
  const double large = x.dtype() == DType::f64 ? 1e10 : x.dtype() == DType::f16 ? 128 : 1e5;
  const Tensor size = hebb::abs(x), is_large = hebb::gt(size, large);
  const Tensor small = hebb::where(is_large, 2, x);
  return hebb::where(is_large, size, hebb::sqrt(hebb::square(small) + one));
}

constexpr double two_over_root_pi = 2 * std::numbers::inv_sqrtpi;

}  // namespace

constinit const Op op::exp =
    of_result("exp", [](T g, T y) { return g * y; }, {.type = "Exp", .since = 13});
constinit const Op op::expm1 = of_result("expm1", [](T g, T y) { return g * (y + 1); });
constinit const Op op::exp2 =
    without_vectors(of_result("exp2", [](T g, T y) { return g * y * std::numbers::ln2; }));
constinit const Op op::log =
    of_input("log", [](T g, T x) { return g / x; }, {.type = "Log", .since = 13});
constinit const Op op::log1p =
    without_vectors(of_input("log1p", [](T g, T x) { return g / (x + 1); }));
constinit const Op op::log2 =
    without_vectors(of_input("log2", [](T g, T x) { return g / (x * std::numbers::ln2); }));
constinit const Op op::log10 =
    without_vectors(of_input("log10", [](T g, T x) { return g / (x * std::numbers::ln10); }));
constinit const Op op::sqrt =
    of_result("sqrt", [](T g, T y) { return g / (2 * y); }, {.type = "Sqrt", .since = 13});
constinit const Op op::rsqrt =
    of_result("rsqrt", [](T g, T y) { return g * (-0.5 * y * hebb::square(y)); });
constinit const Op op::reciprocal = of_result("reciprocal", [](T g, T y) { return -g * y * y; },
                                              {.type = "Reciprocal", .since = 13});

constinit const Op op::sin = without_vectors(
    of_input("sin", [](T g, T x) { return g * hebb::cos(x); }, {.type = "Sin", .since = 7}));
constinit const Op op::cos = without_vectors(
    of_input("cos", [](T g, T x) { return -g * hebb::sin(x); }, {.type = "Cos", .since = 7}));
constinit const Op op::tan = without_vectors(of_result(
    "tan", [](T g, T y) { return g * (1 + hebb::square(y)); }, {.type = "Tan", .since = 7}));
constinit const Op op::asin =
    without_vectors(of_input("asin", [](T g, T x) { return g * hebb::rsqrt(1 - hebb::square(x)); },
                             {.type = "Asin", .since = 7}));
constinit const Op op::acos =
    without_vectors(of_input("acos", [](T g, T x) { return -g * hebb::rsqrt(1 - hebb::square(x)); },
                             {.type = "Acos", .since = 7}));
constinit const Op op::atan = without_vectors(of_input(
    "atan", [](T g, T x) { return g / (1 + hebb::square(x)); }, {.type = "Atan", .since = 7}));
constinit const Op op::sinh = without_vectors(
    of_input("sinh", [](T g, T x) { return g * hebb::cosh(x); }, {.type = "Sinh", .since = 9}));
constinit const Op op::cosh = without_vectors(
    of_input("cosh", [](T g, T x) { return g * hebb::sinh(x); }, {.type = "Cosh", .since = 9}));
constinit const Op op::asinh = without_vectors(of_input(
    "asinh", [](T g, T x) { return g / root_of_square_and(x, 1); }, {.type = "Asinh", .since = 9}));
constinit const Op op::acosh =
    without_vectors(of_input("acosh", [](T g, T x) { return g / root_of_square_and(x, -1); },
                             {.type = "Acosh", .since = 9}));
constinit const Op op::atanh = without_vectors(of_input(
    "atanh", [](T g, T x) { return g / (1 - hebb::square(x)); }, {.type = "Atanh", .since = 9}));
constinit const Op op::sinc = without_vectors(of_input("sinc", [](T g, T x) {
  const Tensor angle = x * std::numbers::pi;
  return hebb::where(hebb::eq(x, 0), 0, g * (hebb::cos(angle) - hebb::sinc(x)) / x);
}));
constinit const Op op::erf = without_vectors(
    of_input("erf", [](T g, T x) { return g * (two_over_root_pi * hebb::exp(-hebb::square(x))); },
             {.type = "Erf", .since = 13}));
constinit const Op op::erfc = without_vectors(of_input(
    "erfc", [](T g, T x) { return g * (-two_over_root_pi * hebb::exp(-hebb::square(x))); }));

constinit const Op op::abs = [] {
  Op op = elementwise_op("abs", {"input"}, Promotion::common, [](const Call& c) -> Specs {
    return {{real_of(c.common_dtype()), c.in(0).shape()}};
  });
  op.onnx = {.type = "Abs", .since = 13};
  op.keep = keep_input;
  op.vjp = [](const Call& c, const Grads& dy) -> Grads {
    const Tensor& x = c.in(0);
    if (!is_complex(x.dtype()))
      return {dy[0] * hebb::sign(x)};
    const Tensor size = hebb::abs(x), nothing = hebb::eq(size, 0);
    return {dy[0] * hebb::where(nothing, 0, x / hebb::where(nothing, 1, size))};
  };
  return op;
}();
constinit const Op op::conj = [] {
  Op op =
      without_vectors(elementwise_op("conj", {"input"}, Promotion::common, same_as_first_input));
  op.vjp = [](const Call&, const Grads& dy) -> Grads { return {hebb::conj(dy[0])}; };
  return op;
}();
constinit const Op op::sign = without_vectors(rounding("sign", {.type = "Sign", .since = 13}));
constinit const Op op::floor = rounding("floor", {.type = "Floor", .since = 13});
constinit const Op op::ceil = rounding("ceil", {.type = "Ceil", .since = 13});
constinit const Op op::round = [] {
  Op op = rounding("round", {.type = "Round", .since = 11, .where = "decimals = 0"});
  op.attributes = attrs_type<RoundAttrs>;
  op.infer = [](const Call& c) -> Specs {
    const int64_t decimals = c.attributes<RoundAttrs>().decimals;
    check(decimals == 0 || is_floating(c.common_dtype()),
          "decimals is {}, but {} has none; leave it out", decimals, name(c.common_dtype()));
    check(std::abs(double(decimals)) <= 308, "decimals is {}, should be from -308 to 308",
          decimals);
    return same_as_first_input(c);
  };
  return op;
}();
constinit const Op op::trunc = rounding("trunc");
constinit const Op op::frac = [] {
  Op op =
      without_vectors(elementwise_op("frac", {"input"}, Promotion::common, same_as_first_input));
  op.vjp = [](const Call&, const Grads& dy) -> Grads { return {dy[0]}; };
  return op;
}();

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

}  // namespace hebb
