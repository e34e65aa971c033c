// ops/likelihood_loss.cc: negative log-likelihoods of numbers, written in operators.

#include "hebb/ops/likelihood_loss.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduction.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/likelihood_loss.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_floating(const Tensor& input) {
  check(is_floating(input.dtype()), "input is {}, should be floating", name(input.dtype()));
}

// log(target!) by Stirling, 0 up to 1.
Tensor log_factorial(const Tensor& target) {
  const Tensor large = gt(target, 1), t = where(large, target, 1);
  return where(large, t * log(t) - t + log(t * (2 * std::numbers::pi)) * 0.5, 0);
}

// At least eps, with the gradient of what was given.
Tensor at_least(const Tensor& var, double eps) {
  Tensor added;
  {
    const NoGrad off;
    added = clamp(eps - var, 0);
  }
  return var + added;
}

// var for each element of input.
Tensor variance_of(const Tensor& var, const Tensor& input) {
  Dims all_but_last = input.shape();
  if (!all_but_last.empty())
    all_but_last.pop_back();
  Dims kept = all_but_last;
  kept.push_back(1);
  if (var.dim() == 0 || var.shape() == input.shape() || var.shape() == kept)
    return var;
  check(input.dim() > 0 && var.shape() == all_but_last,
        "var {} should have the shape of input {}, without its last dimension or with 1 there",
        var.shape(), input.shape());
  return unsqueeze(var, -1);
}

}  // namespace

static Tensors compose_poisson_nll_loss(const Call& c) {
  const auto& a = c.attributes<PoissonNllAttrs>();
  const Tensor &x = c.in(0), &t = c.in(1);
  check_floating(x);
  broadcast(x.shape(), t.shape());
  Tensor losses = a.log_input ? exp(x) - t * x : x - t * log(x + a.eps);
  if (a.full)
    losses = losses + log_factorial(t);
  return {reduced(losses, a.reduction)};
}

constinit const Op op::poisson_nll_loss = {
    .name = "poisson_nll_loss",
    .what =
        "The negative log-likelihood of counts, exp(input) - target input, or of input itself "
        "as what is expected, reduced.",
    .source = "torch.nn.functional.poisson_nll_loss",
    .inputs = {"input", "target"},
    .attributes = attrs_type<PoissonNllAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_poisson_nll_loss,
};

// A graph, in which values are not known yet, takes them for eps.
static void check_not_negative(const Tensor& var) {
  const bool negative = var.is_number()
                            ? var.item() < 0
                            : var.device().kind != Device::Kind::meta && any(var < 0).item<bool>();
  check(!negative,
        "var holds negative values; a variance is at least 0, as softplus or exp makes it");
}

static Tensors compose_gaussian_nll_loss(const Call& c) {
  const auto& a = c.attributes<GaussianNllAttrs>();
  const Tensor &x = c.in(0), &t = c.in(1);
  check_floating(x);
  broadcast(x.shape(), t.shape());
  check(a.eps > 0, "eps is {}, should be more than 0", a.eps);
  check_not_negative(c.in(2));
  Tensor losses;
  if (c.in(2).is_number()) {
    const double var = std::max(c.in(2).item(), a.eps);
    losses = square(x - t) * (0.5 / var) + 0.5 * std::log(var);
  } else {
    const Tensor var = at_least(variance_of(c.in(2), x), a.eps);
    losses = (log(var) + square(x - t) / var) * 0.5;
  }
  if (a.full)
    losses = losses + 0.5 * std::log(2 * std::numbers::pi);
  return {reduced(losses, a.reduction)};
}

constinit const Op op::gaussian_nll_loss = {
    .name = "gaussian_nll_loss",
    .what =
        "The negative log-likelihood of a normal distribution, (log(var) + (input - target)^2 "
        "/ var) / 2, reduced; var is at least eps.",
    .source = "torch.nn.functional.gaussian_nll_loss; Nix and Weigend 1994",
    .inputs = {"input", "target", "var"},
    .attributes = attrs_type<GaussianNllAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_gaussian_nll_loss,
};

Tensor poisson_nll_loss(const Tensor& input, const Tensor& target, const PoissonNllAttrs& options) {
  return call(op::poisson_nll_loss, {input, target}, options);
}
Tensor gaussian_nll_loss(const Tensor& input, const Tensor& target, const Tensor& var,
                         const GaussianNllAttrs& options) {
  return call(op::gaussian_nll_loss, {input, target, var}, options);
}

}  // namespace hebb
