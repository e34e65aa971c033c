// ops/loss.cc: elementwise losses and their reduction, written in operators.

#include "hebb/ops/loss.h"

#include "hebb/base/check.h"
#include "hebb/base/log.h"
#include "hebb/kernels/elementwise.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/loss_onnx.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduction.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/loss.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_floating(const Call& c) {
  check(is_floating(c.in(0).dtype()), "input is {}, should be floating", name(c.in(0).dtype()));
}

void check_operands(const Call& c) {
  check_floating(c);
  broadcast(c.in(0).shape(), c.in(1).shape());
}

// Of losses of a difference: [N] beside [N, 1] gives [N, N] numbers, of which hardly anybody wants
// the mean. PyTorch warns, too.
void check_shapes_of_difference(const Call& c) {
  const Dims &input = c.in(0).shape(), &target = c.in(1).shape();
  if (input != target)
    warn_once(fmt::format(
        "{}: target is {}, input {}: they are broadcast to {}; give them one shape", c.op().name,
        to_string(target), to_string(input), to_string(broadcast(input, target))));
}

void check_difference(const Call& c) {
  check_floating(c);
  check_shapes_of_difference(c);
}

// Of losses whose formula holds for one shape only: broadcasting would hide a forgotten dimension.
void check_same_shape(const Call& c) {
  check_operands(c);
  check(c.in(0).shape() == c.in(1).shape(), "target {} should have the shape of input {}",
        c.in(1).shape(), c.in(0).shape());
}

const std::string& reduction(const Call& c) {
  return c.attributes<LossAttrs>().reduction;
}

// Errors times the weights, where there are some.
Tensor weighted(const Call& c, const Tensor& errors) {
  if (!c.has(2))
    return errors;
  check(c.in(2).shape() == c.in(0).shape(), "weight {} should have the shape of input {}",
        c.in(2).shape(), c.in(0).shape());
  return errors * c.in(2);
}

// Where it is far 0: an infinite distance has no slope there, not 0 times infinity. NaN is not far,
// so that its square makes the gradient NaN, too.
Tensor square_unless(const Tensor& far, const Tensor& distance) {
  return hebb::square(where(far, 0, distance));
}

// A mean over weights divides by their sum.
Tensor weighted_mean(const Call& c, const Tensor& errors) {
  const Tensor terms = weighted(c, errors);
  if (c.has(2) && reduction(c) == "mean")
    return sum(terms) / sum(c.in(2));
  return reduced(terms, reduction(c));
}

}  // namespace

constinit const Op op::mse_loss = {
    .name = "mse_loss",
    .what = "The squared error (input - target)^2, times weight, reduced to its mean or sum.",
    .source = "torch.nn.functional.mse_loss",
    .inputs = {"input", "target", "weight?"},
    .attributes = attrs_type<LossAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Sub, Mul, Div, ReduceMean, ReduceSum",
              .to = onnx::write_mse_loss}},
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      check_difference(c);
      return {weighted_mean(c, hebb::square(c.in(0) - c.in(1)))};
    },
};

constinit const Op op::l1_loss = {
    .name = "l1_loss",
    .what = "The absolute error |input - target|, times weight, reduced to its mean or sum.",
    .source = "torch.nn.functional.l1_loss",
    .inputs = {"input", "target", "weight?"},
    .attributes = attrs_type<LossAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Sub, Abs, Mul, Div, ReduceMean, ReduceSum",
              .to = onnx::write_l1_loss}},
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      check(is_differentiable(c.in(0).dtype()), "input is {}, should be floating or complex",
            name(c.in(0).dtype()));
      check_shapes_of_difference(c);
      return {weighted_mean(c, hebb::abs(c.in(0) - c.in(1)))};
    },
};

static Tensors compose_smooth_l1_loss(const Call& c) {
  check_difference(c);
  const auto& a = c.attributes<SmoothL1Attrs>();
  check(a.beta >= 0, "beta is {}, should be at least 0", a.beta);
  const Tensor distance = abs(c.in(0) - c.in(1));
  if (a.beta == 0)
    return {reduced(distance, a.reduction)};
  const Tensor far = ge(distance, a.beta);
  return {
      reduced(where(far, distance - 0.5 * a.beta, square_unless(far, distance) * (0.5 / a.beta)),
              a.reduction)};
}

constinit const Op op::smooth_l1_loss = {
    .name = "smooth_l1_loss",
    .what = "With d = |input - target|: d^2 / (2 beta) below beta, d - beta / 2 above, reduced.",
    .source = "torch.nn.functional.smooth_l1_loss; Girshick 2015",
    .inputs = {"input", "target"},
    .attributes = attrs_type<SmoothL1Attrs>,
    .onnx = {{.since = 13,
              .nodes = "Sub, Abs, Less, Mul, Where, ReduceMean, ReduceSum",
              .to = onnx::write_smooth_l1_loss}},
    .precision = Precision::f32,
    .compose = compose_smooth_l1_loss,
};

static Tensors compose_huber_loss(const Call& c) {
  check_difference(c);
  const auto& a = c.attributes<HuberAttrs>();
  check(a.delta > 0, "delta is {}, should be more than 0", a.delta);
  const Tensor distance = abs(c.in(0) - c.in(1)), far = ge(distance, a.delta);
  const Tensor errors =
      where(far, (distance - 0.5 * a.delta) * a.delta, square_unless(far, distance) * 0.5);
  return {reduced(weighted(c, errors), a.reduction)};
}

constinit const Op op::huber_loss = {
    .name = "huber_loss",
    .what = "With d = |input - target|: d^2 / 2 below delta, delta (d - delta / 2) above, reduced.",
    .source = "torch.nn.functional.huber_loss; Huber 1964",
    .inputs = {"input", "target", "weight?"},
    .attributes = attrs_type<HuberAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Sub, Abs, Less, Mul, Where, ReduceMean, ReduceSum",
              .to = onnx::write_huber_loss}},
    .precision = Precision::f32,
    .compose = compose_huber_loss,
};

static Grads binary_cross_entropy_terms_vjp(const Call& c, const Grads& dy) {
  const Tensor &x = c.in(0), &t = c.in(1);
  return {c.wants(0) ? dy[0] * (x - t) / clamp((1 - x) * x, 1e-12) : Tensor(),
          c.wants(1) ? dy[0] * (clamp(log1p(-x), -100) - clamp(log(x), -100)) : Tensor()};
}

// Its gradient stays finite where the clamped logarithms do not have one.
constinit const Op op::binary_cross_entropy_terms = Elementwise{
    .name = "binary_cross_entropy_terms",
    .what =
        "-(target log input + (1 - target) log(1 - input)) of each element; logarithms stay above "
        "-100.",
    .source = "torch.nn.functional.binary_cross_entropy",
    .inputs = {"input", "target"},
    .no_onnx_because = "a piece of binary_cross_entropy",
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0), Keep::input(1, {0})},
    .vjp = binary_cross_entropy_terms_vjp,
    .cost = flops_per_element<20>,
    .internal = true,
};

static Grads binary_cross_entropy_logits_terms_vjp(const Call& c, const Grads& dy) {
  const Tensor &x = c.in(0), &t = c.in(1), &w = c.in(2);
  Grads grads(3);
  if (c.wants(0))
    grads[0] = dy[0] * ((1 - t) * sigmoid(x) - (w.defined() ? w * t : t) * sigmoid(-x));
  if (c.wants(1))
    grads[1] = -dy[0] * (w.defined() ? x + (w - 1) * logsigmoid(x) : x);
  if (w.defined() && c.wants(2))
    grads[2] = -dy[0] * t * logsigmoid(x);
  return grads;
}

// The same of the logits x, with p = sigmoid(x) and the weight w of what is true:
//   -(w t log p + (1 - t) log(1 - p)) = (x > 0 ? (1 - t) x : -w t x) + (1 + (w - 1) t) log(1 +
//   exp(-|x|))
// Its gradient is (1 - t) p - w t (1 - p). Neither subtracts what is nearly equal where the answer
// is certain.
constinit const Op op::binary_cross_entropy_logits_terms = Elementwise{
    .name = "binary_cross_entropy_logits_terms",
    .what =
        "-(pos_weight target log p + (1 - target) log(1 - p)) of each element, with p = "
        "sigmoid(input), without overflow.",
    .source = "torch.nn.functional.binary_cross_entropy_with_logits",
    .inputs = {"input", "target", "pos_weight?"},
    .no_onnx_because = "a piece of binary_cross_entropy_with_logits",
    .precision = Precision::f32,
    .promotion = Promotion::floating,
    .keep = {Keep::input(0), Keep::input(1, {0, 2}), Keep::input(2, {0, 1})},
    .vjp = binary_cross_entropy_logits_terms_vjp,
    .cost = flops_per_element<20>,
    .internal = true,
};

constinit const Op op::binary_cross_entropy = {
    .name = "binary_cross_entropy",
    .what =
        "-weight (target log input + (1 - target) log(1 - input)) of probabilities, reduced; "
        "logarithms stay above -100.",
    .source = "torch.nn.functional.binary_cross_entropy",
    .inputs = {"input", "target", "weight?"},
    .attributes = attrs_type<LossAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Log, Max, Mul, Sub, Add, Neg, ReduceMean, ReduceSum",
              .to = onnx::write_binary_cross_entropy}},
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      check_same_shape(c);
      const Tensor terms = call(op::binary_cross_entropy_terms, {c.in(0), c.in(1)});
      return {reduced(c.has(2) ? terms * c.in(2) : terms, reduction(c))};
    },
};

constinit const Op op::binary_cross_entropy_with_logits = {
    .name = "binary_cross_entropy_with_logits",
    .what =
        "Binary cross-entropy of sigmoid(input) without overflow; pos_weight multiplies the part "
        "of what is true.",
    .source = "torch.nn.functional.binary_cross_entropy_with_logits",
    .inputs = {"input", "target", "weight?", "pos_weight?"},
    .attributes = attrs_type<LossAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Softplus, Neg, Sub, Mul, Add, ReduceMean, ReduceSum",
              .to = onnx::write_binary_cross_entropy_with_logits}},
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      check_same_shape(c);
      const Tensor terms = call(op::binary_cross_entropy_logits_terms, {c.in(0), c.in(1), c.in(3)});
      return {reduced(c.has(2) ? terms * c.in(2) : terms, reduction(c))};
    },
};

static Tensors compose_kl_div(const Call& c) {
  check_operands(c);
  const auto& a = c.attributes<KlDivAttrs>();
  const Tensor &x = c.in(0), &t = c.in(1);
  const Tensor terms = a.log_target ? exp(t) * (t - x) : t * log(where(eq(t, 0), 1, t)) - t * x;
  if (a.reduction != "batchmean")
    return {reduced(terms, a.reduction)};
  check(x.dim() > 0,
        "reduction batchmean divides by the size of the first dimension, but the input is 0-d");
  return {divided(sum(terms), double(x.size(0)))};
}

constinit const Op op::kl_div = {
    .name = "kl_div",
    .what =
        "The terms of the Kullback-Leibler divergence, target (log target - input), of "
        "log-probabilities, reduced.",
    .source = "torch.nn.functional.kl_div; Kullback and Leibler 1951",
    .inputs = {"input", "target"},
    .attributes = attrs_type<KlDivAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Log, Exp, Equal, Where, Mul, Sub, Div, ReduceMean, ReduceSum",
              .to = onnx::write_kl_div}},
    .precision = Precision::f32,
    .compose = compose_kl_div,
};

Tensor mse_loss(const Tensor& input, const Tensor& target) {
  return mse_loss(input, target, {});
}
Tensor mse_loss(const Tensor& input, const Tensor& target, const LossAttrs& options,
                const Tensor& weight) {
  return call(op::mse_loss, {input, target, weight}, options);
}
Tensor l1_loss(const Tensor& input, const Tensor& target) {
  return l1_loss(input, target, {});
}
Tensor l1_loss(const Tensor& input, const Tensor& target, const LossAttrs& options,
               const Tensor& weight) {
  return call(op::l1_loss, {input, target, weight}, options);
}
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target) {
  return smooth_l1_loss(input, target, {});
}
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, const SmoothL1Attrs& options) {
  return call(op::smooth_l1_loss, {input, target}, options);
}
Tensor huber_loss(const Tensor& input, const Tensor& target) {
  return huber_loss(input, target, {});
}
Tensor huber_loss(const Tensor& input, const Tensor& target, const HuberAttrs& options,
                  const Tensor& weight) {
  return call(op::huber_loss, {input, target, weight}, options);
}
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target) {
  return binary_cross_entropy(input, target, {});
}
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const LossAttrs& options,
                            const Tensor& weight) {
  return call(op::binary_cross_entropy, {input, target, weight}, options);
}
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target) {
  return binary_cross_entropy_with_logits(input, target, {});
}
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const LossAttrs& options, const Tensor& weight,
                                        const Tensor& pos_weight) {
  return call(op::binary_cross_entropy_with_logits, {input, target, weight, pos_weight}, options);
}
Tensor kl_div(const Tensor& input, const Tensor& target) {
  return kl_div(input, target, {});
}
Tensor kl_div(const Tensor& input, const Tensor& target, const KlDivAttrs& options) {
  return call(op::kl_div, {input, target}, options);
}

}  // namespace hebb
