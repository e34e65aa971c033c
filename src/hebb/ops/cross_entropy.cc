// ops/cross_entropy.cc: cross_entropy and nll_loss. Against class indices both are one fused kernel
// forwards and one backwards (kernels/cpu/class_loss.h has the formulas); against probabilities
// cross-entropy is written in operators.

#include "hebb/ops/cross_entropy.h"

#include "hebb/base/check.h"
#include "hebb/kernels/class_loss.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/linear.h"
#include "hebb/ops/loss_onnx.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduction.h"
#include "hebb/ops/softmax.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/cross_entropy.def"
#include "hebb/ops/softmax.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

int64_t class_axis(const Tensor& input) {
  return input.dim() == 1 ? 0 : 1;
}

void check_common(const Tensor& input, const Tensor& weight, const ClassLossAttrs& a) {
  check_reduction(a.reduction);
  check(input.dim() >= 1, "input should be [N, C, ...] or [C], but is 0-d");
  check(is_floating(input.dtype()), "input is {}, should be floating", name(input.dtype()));
  check(a.label_smoothing >= 0 && a.label_smoothing <= 1,
        "label_smoothing is {}, should be between 0 and 1", a.label_smoothing);
  if (!weight.defined())
    return;
  const int64_t classes = input.size(class_axis(input));
  check(weight.shape() == Dims{classes},
        "weight {} should have one value for each of the {} classes", weight.shape(), classes);
  check(weight.dtype() == input.dtype(), "weight is {} but input is {}; they should have one dtype",
        name(weight.dtype()), name(input.dtype()));
}

Specs infer_class_loss(const Call& c) {
  const Tensor &input = c.in(0), &target = c.in(1);
  const auto& a = c.attributes<ClassLossAttrs>();
  check_common(input, c.in(2), a);
  Dims expected = input.shape();
  expected.erase(size_t(class_axis(input)));
  check(target.shape() == expected,
        "target {} should be {}: one class index for each row of scores of input {}",
        target.shape(), expected, input.shape());
  return {{input.dtype(), a.reduction == "none" ? expected : Dims{}},
          {DType::f64, expected},
          {DType::f64, {}}};
}

Specs infer_backward(const Call& c) {
  const Tensor& input = c.in(1);
  check(c.in(0).dtype() == input.dtype(), "grad should be {}", name(input.dtype()));
  for (int i : {4, 5})
    check(c.in(i).dtype() == DType::f64, "{} is {}, should be f64", c.op().inputs[i],
          name(c.in(i).dtype()));
  return {{input.dtype(), input.shape()}};
}

Grads backward_of(const Op& backward, const Call& c, const Grads& dy) {
  if (!dy[0].defined() || !c.wants(0))
    return {};
  return {call(backward, {dy[0], c.in(0), c.in(1), c.in(2), c.out(1), c.out(2)}, c.attrs())};
}

// The gradient with respect to the loss' gradient: dx is linear in it.
Tensor grad_of_grad(const Call& c, const Tensor& g) {
  Tensors operands = c.inputs();
  operands[0] = ones_like(c.in(0));
  const Tensor products = g * call(c.op(), operands, c.attrs());
  return c.attributes<ClassLossAttrs>().reduction == "none" ? sum(products, {class_axis(c.in(1))})
                                                            : sum(products);
}

Tensor against_probabilities(const Tensor& input, const Tensor& target, const Tensor& weight,
                             const ClassLossAttrs& a) {
  check_common(input, weight, a);
  check(target.shape() == input.shape(),
        "target {} holds probabilities, so it should have the shape of input {}; class indices are "
        "integers, as target.to(i64)",
        target.shape(), input.shape());
  check(a.ignore_index == ClassLossAttrs().ignore_index,
        "ignore_index is {}, but target holds probabilities, of which none can be ignored; it is "
        "for class indices",
        a.ignore_index);
  const int64_t axis = class_axis(input), classes = input.size(axis);
  Tensor wanted = a.label_smoothing == 0
                      ? target
                      : target * (1 - a.label_smoothing) + a.label_smoothing / double(classes);
  if (weight.defined()) {
    Dims shape(size_t(input.dim()), 1);
    shape[size_t(axis)] = classes;
    wanted = wanted * reshape(weight, shape);
  }
  const Tensor rows = -sum(log_softmax(input, axis) * wanted, {axis});
  return reduced(rows, a.reduction);
}

}  // namespace

static Tensors compose_cross_entropy(const Call& c) {
  if (is_floating(c.in(1).dtype()))
    return {against_probabilities(c.in(0), c.in(1), c.in(2), c.attributes<ClassLossAttrs>())};
  try {
    return {call(op::class_cross_entropy, {c.in(0), c.in(1), c.in(2)}, c.attrs())};
  } catch (const Error& error) {  // under the name that the user called
    throw Error(error.kind(), std::string(c.op().name), error.message(), error.details());
  }
}

constinit const Op op::cross_entropy = {
    .name = "cross_entropy",
    .what =
        "The negative log-likelihood of softmax(input) [N, C, ...] against class indices [N, ...] "
        "or probabilities of input's shape.",
    .source = "torch.nn.functional.cross_entropy; label smoothing: Szegedy et al. 2016",
    .inputs = {"input", "target", "weight?"},
    .attributes = attrs_type<ClassLossAttrs>,
    .onnx = {{.type = "SoftmaxCrossEntropyLoss",
              .since = 13,
              .nodes =
                  "LogSoftmax, Mul, Add, Neg, ReduceSum, ReduceMean, Reshape, Unsqueeze, Squeeze",
              .where = "no label_smoothing of class indices",
              .to = onnx::write_cross_entropy,
              .from = onnx::read_softmax_cross_entropy}},
    .precision = Precision::f32,
    .compose = compose_cross_entropy,
};

// The shape of the scores of inputs [N, in] or [in].
static Dims scores_shape(const Tensor& input, const Tensor& weight) {
  Dims shape;
  if (input.dim() == 2)
    shape.push_back(input.size(0));
  for (int64_t d = 0; d + 1 < weight.dim(); ++d)
    shape.push_back(weight.size(d));
  return shape;
}

static Tensors compose_linear_cross_entropy(const Call& c) {
  const Tensor &input = c.in(0), &weight = c.in(1), &bias = c.in(3);
  check(input.dim() == 1 || input.dim() == 2, "input {} should be [N, in] or [in]", input.shape());
  check(weight.dim() >= 2 && weight.size(-1) == input.size(-1),
        "linear_weight {} should be [classes, {}], as many features as input {} has",
        weight.shape(), input.size(-1), input.shape());
  check(weight.dim() == 2 || input.dim() == 2,
        "linear_weight {} is for several places, so input {} should be [N, in]", weight.shape(),
        input.shape());
  Dims outputs = weight.shape();
  outputs.pop_back();
  check(!bias.defined() || bias.shape() == outputs, "linear_bias {} should be {}",
        bias.defined() ? bias.shape() : Dims(), outputs);
  const int64_t features = weight.size(-1);
  const Tensor scores = linear(input, reshape(weight, {product(outputs), features}),
                               bias.defined() ? reshape(bias, {product(outputs)}) : Tensor());
  return {hebb::cross_entropy(reshape(scores, scores_shape(input, weight)), c.in(2),
                              c.attributes<ClassLossAttrs>(), c.in(4))};
}

constinit const Op op::linear_cross_entropy = {
    .name = "linear_cross_entropy",
    .what = "cross_entropy of the scores that a linear layer gives for input [N, in].",
    .source = "torch.nn.functional.linear_cross_entropy",
    .inputs = {"input", "linear_weight", "target", "linear_bias?", "weight?"},
    .attributes = attrs_type<ClassLossAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_linear_cross_entropy,
};

constinit const Op op::class_cross_entropy = {
    .name = "class_cross_entropy",
    .what =
        "Cross-entropy against class indices in one pass, with the logarithm of the sum of "
        "exponentials of each row.",
    .source = "torch.nn.functional.cross_entropy; label smoothing: Szegedy et al. 2016",
    .inputs = {"input", "target", "weight?"},
    .outputs = {"out", "log_sum_exp", "total_weight"},
    .attributes = attrs_type<ClassLossAttrs>,
    .no_onnx_because = "a piece of cross_entropy",
    .precision = Precision::f32,
    .indices = {1},
    .infer = infer_class_loss,
    .kernel = kernel::class_cross_entropy,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2), Keep::output(1), Keep::output(2)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return backward_of(op::class_cross_entropy_backward, c, dy);
    },
    .cost = [](const Call& c) -> Cost { return {.flops = 12 * double(c.in(0).numel())}; },
    .internal = true,
};

static Grads class_cross_entropy_backward_vjp(const Call& c, const Grads& g) {
  Grads out(6);
  if (c.wants(0))
    out[0] = grad_of_grad(c, g[0]);
  if (c.wants(1)) {  // how much of a row's softmax there is in dx: what nll_loss would have
                     // taken away
    const int64_t axis = class_axis(c.in(1));
    const Tensor share = -sum(call(op::nll_loss_backward, c.inputs(), c.attrs()), {axis}, true);
    out[1] =
        share * call(op::softmax_backward, {g[0], softmax(c.in(1), axis)}, SoftmaxAttrs{axis, {}});
  }
  return out;
}

constinit const Op op::class_cross_entropy_backward = GradientKernel{
    .name = "class_cross_entropy_backward",
    .what =
        "The gradient of the scores of cross-entropy against class indices: softmax less the "
        "target, times weight, for a mean over the total weight.",
    .inputs = {"grad", "input", "target", "weight?", "log_sum_exp", "total_weight"},
    .attributes = attrs_type<ClassLossAttrs>,
    .indices = {2},
    .infer = infer_backward,
    .kernel = kernel::class_cross_entropy_backward,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2), Keep::input(3), Keep::input(4),
             Keep::input(5)},
    .vjp = class_cross_entropy_backward_vjp,
    .cost = [](const Call& c) -> Cost { return {.flops = 12 * double(c.in(1).numel())}; },
};

constinit const Op op::nll_loss = {
    .name = "nll_loss",
    .what =
        "The negative log-likelihood -weight[c] input[n, c] of the class c that target names, for "
        "log-probabilities [N, C, ...].",
    .source = "torch.nn.functional.nll_loss",
    .inputs = {"input", "target", "weight?"},
    .outputs = {"out", "unused", "total_weight"},
    .attributes = attrs_type<ClassLossAttrs>,
    .onnx = {{.type = "NegativeLogLikelihoodLoss",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .where = "no label_smoothing",
              .to = onnx::write_nll_loss,
              .from = onnx::read_negative_log_likelihood}},
    .precision = Precision::f32,
    .indices = {1},
    .infer = infer_class_loss,
    .kernel = kernel::nll_loss,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2), Keep::output(1), Keep::output(2)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return backward_of(op::nll_loss_backward, c, dy);
    },
};

constinit const Op op::nll_loss_backward = GradientKernel{
    .name = "nll_loss_backward",
    .what =
        "The gradient of nll_loss's log-probabilities: minus weight over total weight at the class "
        "that target names; label smoothing spreads it.",
    .inputs = {"grad", "input", "target", "weight?", "unused", "total_weight"},
    .attributes = attrs_type<ClassLossAttrs>,
    .indices = {2},
    .infer = infer_backward,
    .kernel = kernel::nll_loss_backward,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2), Keep::input(3), Keep::input(4),
             Keep::input(5)},
    .vjp = [](const Call& c, const Grads& g) -> Grads {
      return {c.wants(0) ? grad_of_grad(c, g[0]) : Tensor()};
    },
};

Tensor cross_entropy(const Tensor& input, const Tensor& target) {
  return cross_entropy(input, target, {});
}
Tensor cross_entropy(const Tensor& input, const Tensor& target, const ClassLossAttrs& options,
                     const Tensor& weight) {
  return call(op::cross_entropy, {input, target, weight}, options);
}
Tensor linear_cross_entropy(const Tensor& input, const Tensor& linear_weight, const Tensor& target,
                            const ClassLossAttrs& options, const Tensor& linear_bias,
                            const Tensor& weight) {
  return call(op::linear_cross_entropy, {input, linear_weight, target, linear_bias, weight},
              options);
}
Tensor nll_loss(const Tensor& input, const Tensor& target) {
  return nll_loss(input, target, {});
}
Tensor nll_loss(const Tensor& input, const Tensor& target, const ClassLossAttrs& options,
                const Tensor& weight) {
  return call(op::nll_loss, {input, target, weight}, options);
}

}  // namespace hebb
