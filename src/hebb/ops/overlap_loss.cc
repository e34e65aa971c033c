// ops/overlap_loss.cc: focal, Dice and Tversky losses, written in operators.

#include "hebb/ops/overlap_loss.h"

#include <limits>

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduction.h"
#include "hebb/ops/softmax.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/overlap_loss.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_gamma(double gamma) {
  check(gamma >= 0, "gamma is {}, should be at least 0", gamma);
}

// missing^gamma, of what is missing from certain answers. Between 0 and 1 the slope of the power is
// infinite at 0; there it counts as the smallest normal number, without a slope.
Tensor focus(const Tensor& missing, double gamma) {
  const bool steep = gamma > 0 && gamma < 1;
  return pow(steep ? clamp(missing, double(std::numeric_limits<float>::min())) : missing, gamma);
}

// Sums of [N, C, ...] over what is behind the classes.
Tensor area(const Tensor& x) {
  return sum(reshape(x, {x.size(0), x.size(1), -1}), {2});
}

void check_areas(const Tensor& input, const Tensor& target) {
  check(is_floating(input.dtype()), "input is {}, should be floating", name(input.dtype()));
  check(input.dim() >= 3 && input.numel() > 0, "input {} should be [N, C, ...], not empty",
        input.shape());
  check(target.shape() == input.shape(),
        "target {} should have the shape of input {}; make one_hot of classes", target.shape(),
        input.shape());
}

}  // namespace

static Tensors compose_sigmoid_focal_loss(const Call& c) {
  const auto& a = c.attributes<SigmoidFocalAttrs>();
  const Tensor &x = c.in(0), &t = c.in(1);
  check((a.alpha >= 0 && a.alpha <= 1) || a.alpha == -1,
        "alpha is {}, should be from 0 to 1, or -1 for no weights", a.alpha);
  check_gamma(a.gamma);
  const Tensor p = sigmoid(x), missing = p * (1 - t) + (1 - p) * t;
  Tensor losses =
      binary_cross_entropy_with_logits(x, t, {.reduction = "none"}) * focus(missing, a.gamma);
  if (a.alpha >= 0)
    losses = losses * (t * a.alpha + (1 - t) * (1 - a.alpha));
  return {reduced(losses, a.reduction)};
}

constinit const Op op::sigmoid_focal_loss = {
    .name = "sigmoid_focal_loss",
    .what =
        "Binary cross-entropy of logits times (1 - p)^gamma, with p of what is true, times "
        "alpha of what is true and 1 - alpha of what is not.",
    .source = "torchvision.ops.sigmoid_focal_loss; Lin et al. 2017",
    .inputs = {"inputs", "targets"},
    .attributes = attrs_type<SigmoidFocalAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_sigmoid_focal_loss,
};

static Tensors compose_focal_loss(const Call& c) {
  const auto& a = c.attributes<FocalAttrs>();
  check(c.in(0).dim() >= 1, "input {} should be [N, C, ...] or [C]", c.in(0).shape());
  check_gamma(a.gamma);
  const Tensor log_p = log_softmax(c.in(0), c.in(0).dim() == 1 ? 0 : 1);
  return {hebb::nll_loss(log_p * focus(-expm1(log_p), a.gamma), c.in(1),
                         ClassLossAttrs{.reduction = a.reduction, .ignore_index = a.ignore_index},
                         c.in(2))};
}

constinit const Op op::focal_loss = {
    .name = "focal_loss",
    .what =
        "Cross-entropy of logits [N, C, ...] against classes, times (1 - p)^gamma with the "
        "probability p of the class, reduced.",
    .source = "Lin et al. 2017",
    .inputs = {"input", "target", "weight?"},
    .attributes = attrs_type<FocalAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .indices = {1},
    .compose = compose_focal_loss,
};

constinit const Op op::dice_loss = {
    .name = "dice_loss",
    .what =
        "1 - (2 sum(p t) + smooth) / (sum(p) + sum(t) + smooth) of probabilities and targets "
        "[N, C, ...], for each sample and class, reduced.",
    .source = "Milletari et al. 2016",
    .inputs = {"input", "target"},
    .attributes = attrs_type<DiceAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<DiceAttrs>();
      const Tensor &p = c.in(0), &t = c.in(1);
      check_areas(p, t);
      return {
          reduced(1 - (area(p * t) * 2 + a.smooth) / (area(p) + area(t) + a.smooth), a.reduction)};
    },
};

constinit const Op op::tversky_loss = {
    .name = "tversky_loss",
    .what = "Dice's loss with weights: alpha of what is wrongly found, beta of what is missed.",
    .source = "Salehi et al. 2017",
    .inputs = {"input", "target"},
    .attributes = attrs_type<TverskyAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<TverskyAttrs>();
      const Tensor &p = c.in(0), &t = c.in(1);
      check_areas(p, t);
      const Tensor both = area(p * t),
                   wrong = area(p * (1 - t)) * a.alpha + area((1 - p) * t) * a.beta;
      return {reduced(1 - (both + a.smooth) / (both + wrong + a.smooth), a.reduction)};
    },
};

Tensor sigmoid_focal_loss(const Tensor& inputs, const Tensor& targets,
                          const SigmoidFocalAttrs& options) {
  return call(op::sigmoid_focal_loss, {inputs, targets}, options);
}
Tensor focal_loss(const Tensor& input, const Tensor& target, const FocalAttrs& options,
                  const Tensor& weight) {
  return call(op::focal_loss, {input, target, weight}, options);
}
Tensor dice_loss(const Tensor& input, const Tensor& target, const DiceAttrs& options) {
  return call(op::dice_loss, {input, target}, options);
}
Tensor tversky_loss(const Tensor& input, const Tensor& target, const TverskyAttrs& options) {
  return call(op::tversky_loss, {input, target}, options);
}

}  // namespace hebb
