// ops/special.cc: special functions, element by element. x is the input, y the result, g the
// gradient that comes in.

#include "hebb/ops/special.h"

#include <cmath>
#include <numbers>

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/holomorphic.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/special_onnx.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/special.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

using G = const Tensor&;

constexpr double half_root_pi = 0.5 / std::numbers::inv_sqrtpi,
                 root_two_pi = 2.50662827463100050242;

// f(x), and `limit` where x is 0, where f divides by it.
template <class F>
Tensor with_limit_at_zero(const Tensor& x, double limit, F&& f) {
  const Tensor zero = eq(x, 0);
  return where(zero, limit, f(where(zero, 1, x)));
}

}  // namespace

constinit const Op op::lgamma = Function{
    .name = "lgamma",
    .what = "The logarithm of the size of the gamma function; infinite at 0, -1, -2, ...",
    .source = "torch.lgamma",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](G g, G x) { return g * hebb::digamma(x); },
};

constinit const Op op::digamma = Function{
    .name = "digamma",
    .what = "The derivative of lgamma; NaN at -1, -2, ...",
    .source = "torch.digamma",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](G g, G x) { return g * hebb::polygamma(1, x); },
};

static Specs infer_polygamma(const Call& c) {
  const int64_t n = c.attributes<PolygammaAttrs>().n;
  check(n >= 0 && n <= 170, "n is {}, should be from 0 to 170", n);
  return same_as_first_input(c);
}

constinit const Op op::polygamma = Function{
    .name = "polygamma",
    .what = "The n-th derivative of digamma; n = 0 is digamma itself.",
    .source = "torch.polygamma",
    .attributes = attrs_type<PolygammaAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .infer = infer_polygamma,
    .kernel = kernel::elementwise_scalar,
    .keep = keep_input,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {dy[0] * hebb::polygamma(c.attributes<PolygammaAttrs>().n + 1, c.in(0))};
    },
    .cost = flops_per_element<100>,
};

static Tensors compose_mvlgamma(const Call& c) {
  const int64_t p = c.attributes<MvlgammaAttrs>().p;
  check(p >= 1, "p is {}, should be at least 1", p);
  const double half = double(p - 1) / 2, constant = half * double(p) / 2 * std::log(M_PI);
  const Tensor& x = c.in(0);
  if (p == 1)
    return {lgamma(x)};
  const DType dtype = is_floating(x.dtype()) ? x.dtype() : DType::f32;
  const Tensor halves = cast(arange(double(p), DType::i64, x.device()), dtype) / 2,
               total = sum(lgamma(unsqueeze(x, -1) - halves), {-1}) + constant;
  return {where(le(x, half), NAN, total)};
}

constinit const Op op::mvlgamma = {
    .name = "mvlgamma",
    .what =
        "The logarithm of the multivariate gamma function of p dimensions, for x > (p - 1) / 2.",
    .source = "torch.mvlgamma",
    .inputs = {"input"},
    .attributes = attrs_type<MvlgammaAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .compose = compose_mvlgamma,
};

constinit const Op op::erfinv = Function{
    .name = "erfinv",
    .what = "The inverse of the error function: infinite at -1 and 1, NaN beyond.",
    .source = "torch.erfinv",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_result = [](G g,
                               G y) { return g * (half_root_pi * hebb::exp(hebb::square(y))); },
};

constinit const Op op::special_erfcx = Function{
    .name = "special_erfcx",
    .what = "The scaled complement of the error function, e^(x^2) erfc(x).",
    .source = "torch.special.erfcx",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {dy[0] * (2 * c.in(0) * c.out(0) - 2 * std::numbers::inv_sqrtpi)};
    },
};

constinit const Op op::special_ndtr = Function{
    .name = "special_ndtr",
    .what = "The share of the standard normal distribution below x.",
    .source = "torch.special.ndtr",
    .no_onnx_because = "ONNX has no such operator; 1 and Erf lose the digits of small shares",
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input =
        [](G g, G x) { return g * (hebb::exp(hebb::square(x) * -0.5) / root_two_pi); },
};

constinit const Op op::special_ndtri = Function{
    .name = "special_ndtri",
    .what = "The number below which a share x of the standard normal distribution lies.",
    .source = "torch.special.ndtri",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_result =
        [](G g, G y) { return g * (root_two_pi * hebb::exp(hebb::square(y) * 0.5)); },
};

constinit const Op op::special_log_ndtr = Function{
    .name = "special_log_ndtr",
    .what = "The logarithm of the share of the standard normal distribution below x.",
    .source = "torch.special.log_ndtr",
    .no_onnx_because = "ONNX has no such operator; Log of Erf loses the digits of small shares",
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input =
        [](G g, G x) {
          return g / hebb::special_erfcx(x * -M_SQRT1_2) * (M_SQRT2 * std::numbers::inv_sqrtpi);
        },
};

constinit const Op op::special_entr = Function{
    .name = "special_entr",
    .what = "A term of the entropy, -x log(x): 0 of 0, -inf of negative numbers.",
    .source = "torch.special.entr",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](G g, G x) { return g * (-hebb::log(x) - 1); },
};

constinit const Op op::i0 = Function{
    .name = "i0",
    .what = "The modified Bessel function of the first kind of order 0.",
    .source = "torch.i0",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](G g, G x) { return g * hebb::special_i1(x); },
};

constinit const Op op::special_i0e = Function{
    .name = "special_i0e",
    .what = "The modified Bessel function of the first kind of order 0, times e^-|x|.",
    .source = "torch.special.i0e",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {dy[0] * (hebb::special_i1e(c.in(0)) - sign(c.in(0)) * c.out(0))};
    },
};

constinit const Op op::special_i1 = Function{
    .name = "special_i1",
    .what = "The modified Bessel function of the first kind of order 1.",
    .source = "torch.special.i1",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input =
        [](G g, G x) {
          return g * with_limit_at_zero(
                         x, 0.5, [](G at) { return hebb::i0(at) - hebb::special_i1(at) / at; });
        },
};

static Tensor i1e_slope(const Tensor& x) {
  const Tensor y = special_i1e(x);
  return special_i0e(x) - y * sign(x) - y / x;  // 1 / x alone overflows
}

constinit const Op op::special_i1e = Function{
    .name = "special_i1e",
    .what = "The modified Bessel function of the first kind of order 1, times e^-|x|.",
    .source = "torch.special.i1e",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .gradient_from_input = [](G g, G x) { return g * with_limit_at_zero(x, 0.5, i1e_slope); },
};

static Grads logit_vjp(const Call& c, const Grads& dy) {
  const std::optional<double> eps = c.attributes<LogitAttrs>().eps;
  const Tensor& x = c.in(0);
  const Tensor slope = dy[0] / (x * (1 - x));
  if (!eps)
    return {where(logical_or(lt(x, 0), gt(x, 1)), NAN, slope)};
  return {where(logical_or(lt(x, *eps), gt(x, 1 - *eps)), 0, slope)};
}

constinit const Op op::logit = Function{
    .name = "logit",
    .what = "log(x / (1 - x)), the inverse of sigmoid; with eps, of x kept within [eps, 1 - eps].",
    .source = "torch.logit",
    .attributes = attrs_type<LogitAttrs>,
    .onnx = {{.since = 13, .nodes = "Max, Min, Sub, Div, Log", .to = onnx::write_logit}},
    .precision = Precision::f32,
    .kernel = kernel::elementwise_scalar,
    .keep = keep_input,
    .vjp = logit_vjp,
};

static Grads xlogy_vjp(const Call& c, const Grads& dy) {
  const Tensor &x = c.in(0), &y = c.in(1);
  return {c.wants(0) ? where(logical_and(eq(x, 0), le(y, 0)), 0, dy[0] * log(y)) : Tensor(),
          c.wants(1) ? dy[0] * x / y : Tensor()};
}

constinit const Op op::xlogy = Elementwise{
    .name = "xlogy",
    .what = "input log(other): 0 where input is 0, NaN where other is NaN.",
    .source = "torch.xlogy",
    .onnx = {{.since = 13,
              .nodes = "Log, Mul, Equal, IsNaN, Not, And, Where",
              .to = onnx::write_xlogy}},
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = xlogy_vjp,
    .cost = flops_per_element<10>,
};

static Grads xlog1py_vjp(const Call& c, const Grads& dy) {
  const Tensor &x = c.in(0), &y = c.in(1);
  return {c.wants(0) ? where(logical_and(eq(x, 0), le(y, -1)), 0, dy[0] * log1p(y)) : Tensor(),
          c.wants(1) ? dy[0] * x / (y + 1) : Tensor()};
}

constinit const Op op::special_xlog1py = Elementwise{
    .name = "special_xlog1py",
    .what = "input log(1 + other): 0 where input is 0, NaN where other is NaN.",
    .source = "torch.special.xlog1py",
    .no_onnx_because = "ONNX has no such operator; Log of 1 + x loses the digits near 0",
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = xlog1py_vjp,
    .cost = flops_per_element<10>,
};

static Grads zeta_vjp(const Call& c, const Grads& dy) {
  check(!c.wants(0) || c.in(0).is_number(),
        "there is no gradient by input, the exponent, as in PyTorch; detach() it");
  const Tensor &x = c.in(0), &q = c.in(1);
  return {Tensor(), c.wants(1) ? dy[0] * (-x * special_zeta(x + 1, q)) : Tensor()};
}

constinit const Op op::special_zeta = Elementwise{
    .name = "special_zeta",
    .what = "Hurwitz's zeta function, the sum of (other + k)^-input over k = 0, 1, ...",
    .source = "torch.special.zeta",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0, {1}), Keep::input(1)},
    .vjp = zeta_vjp,
    .cost = flops_per_element<100>,
};

// The density e^-x x^(a - 1) / gamma(a), and the derivative by a.
template <int sign>
static Grads gammainc_vjp(const Call& c, const Grads& dy) {
  const Tensor &a = c.in(0), &x = c.in(1);
  const Tensor g = sign > 0 ? dy[0] : -dy[0];
  return {c.wants(0) ? g * call(op::gammainc_by_shape, {a, x}) : Tensor(),
          c.wants(1) ? g * exp(xlogy(a - 1, x) - x - lgamma(a)) : Tensor()};
}

constinit const Op op::special_gammainc = Elementwise{
    .name = "special_gammainc",
    .what = "The regularised lower incomplete gamma function P(input, other).",
    .source = "torch.special.gammainc",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = gammainc_vjp<1>,
    .cost = flops_per_element<100>,
};

constinit const Op op::special_gammaincc = Elementwise{
    .name = "special_gammaincc",
    .what = "The regularised upper incomplete gamma function, 1 - P(input, other).",
    .source = "torch.special.gammaincc",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = gammainc_vjp<-1>,
    .cost = flops_per_element<100>,
};

constinit const Op op::gammainc_by_shape = Elementwise{
    .name = "gammainc_by_shape",
    .what = "The derivative of special_gammainc by its first operand.",
    .source = "torch._standard_gamma_grad; A&S 6.5.29, term by term",
    .no_onnx_because = "gradients are not exported",
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = "PyTorch has none: it is a second derivative by the shape",
    .cost = flops_per_element<200>,
    .internal = true,
};

static Grads logaddexp_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const Tensor apart = c.in(0) - c.in(1);
    return {c.wants(0) ? dy[0] * sigmoid(apart) : Tensor(),
            c.wants(1) ? dy[0] * sigmoid(-apart) : Tensor()};
  });
}

constinit const Op op::logaddexp = Elementwise{
    .name = "logaddexp",
    .what = "log(e^input + e^other), without overflow.",
    .source = "torch.logaddexp",
    .onnx = {{.since = 13,
              .nodes = "Max, Sub, Abs, Neg, Exp, Add, Log, Equal, Where",
              .to = onnx::write_logaddexp}},
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = logaddexp_vjp,
    .cost = flops_per_element<20>,
};

static Grads logaddexp2_vjp(const Call& c, const Grads& dy) {
  const Tensor apart = (c.in(0) - c.in(1)) * std::numbers::ln2;
  return {c.wants(0) ? dy[0] * sigmoid(apart) : Tensor(),
          c.wants(1) ? dy[0] * sigmoid(-apart) : Tensor()};
}

constinit const Op op::logaddexp2 = Elementwise{
    .name = "logaddexp2",
    .what = "log2(2^input + 2^other), without overflow.",
    .source = "torch.logaddexp2",
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = logaddexp2_vjp,
    .cost = flops_per_element<20>,
};

Tensor lgamma(const Tensor& input) {
  return call(op::lgamma, {input});
}
Tensor digamma(const Tensor& input) {
  return call(op::digamma, {input});
}
Tensor polygamma(int64_t n, const Tensor& input) {
  return call(op::polygamma, {input}, PolygammaAttrs{n});
}
Tensor mvlgamma(const Tensor& input, int64_t p) {
  return call(op::mvlgamma, {input}, MvlgammaAttrs{p});
}
Tensor erfinv(const Tensor& input) {
  return call(op::erfinv, {input});
}
Tensor special_erfcx(const Tensor& input) {
  return call(op::special_erfcx, {input});
}
Tensor special_ndtr(const Tensor& input) {
  return call(op::special_ndtr, {input});
}
Tensor special_ndtri(const Tensor& input) {
  return call(op::special_ndtri, {input});
}
Tensor special_log_ndtr(const Tensor& input) {
  return call(op::special_log_ndtr, {input});
}
Tensor special_entr(const Tensor& input) {
  return call(op::special_entr, {input});
}
Tensor i0(const Tensor& input) {
  return call(op::i0, {input});
}
Tensor special_i0e(const Tensor& input) {
  return call(op::special_i0e, {input});
}
Tensor special_i1(const Tensor& input) {
  return call(op::special_i1, {input});
}
Tensor special_i1e(const Tensor& input) {
  return call(op::special_i1e, {input});
}
Tensor logit(const Tensor& input, std::optional<double> eps) {
  return call(op::logit, {input}, LogitAttrs{eps});
}
Tensor xlogy(const Tensor& input, const Tensor& other) {
  return call(op::xlogy, {input, other});
}
Tensor special_xlog1py(const Tensor& input, const Tensor& other) {
  return call(op::special_xlog1py, {input, other});
}
Tensor special_zeta(const Tensor& input, const Tensor& other) {
  return call(op::special_zeta, {input, other});
}
Tensor logaddexp(const Tensor& input, const Tensor& other) {
  return call(op::logaddexp, {input, other});
}
Tensor logaddexp2(const Tensor& input, const Tensor& other) {
  return call(op::logaddexp2, {input, other});
}

Tensor special_gammainc(const Tensor& input, const Tensor& other) {
  return call(op::special_gammainc, {input, other});
}
Tensor special_gammaincc(const Tensor& input, const Tensor& other) {
  return call(op::special_gammaincc, {input, other});
}

}  // namespace hebb
