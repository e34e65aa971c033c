// ops/ctc_loss.cc: the loss of label sequences over all alignments. ctc_loss prepares the operands
// and reduces what the entry ctc_terms gives for each sample.

#include "hebb/ops/ctc_loss.h"

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduction.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/ctc_loss.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view ctc_operands[] = {"log_probs", "targets", "input_lengths",
                                             "target_lengths"};

void check_ctc(const Call& c, const CtcAttrs& a) {
  const Tensor &log_probs = c.in(0), &targets = c.in(1);
  check(is_floating(log_probs.dtype()), "log_probs is {}, should be floating",
        name(log_probs.dtype()));
  check(log_probs.dim() == 2 || log_probs.dim() == 3, "log_probs {} should be [T, N, C] or [T, C]",
        log_probs.shape());
  for (int i = 1; i < 4; ++i)
    check(is_integral(c.in(i).dtype()), "{} is {}, should be an integer dtype", ctc_operands[i],
          name(c.in(i).dtype()));
  const int64_t samples = log_probs.dim() == 3 ? log_probs.size(1) : 1;
  check(targets.dim() == 1 || (targets.dim() == 2 && targets.size(0) == samples),
        "targets {} should be [{}, S], or all end to end", targets.shape(), samples);
  for (int i = 2; i < 4; ++i)
    check(c.in(i).numel() == samples && c.in(i).dim() <= 1, "{} {} should be [{}]", ctc_operands[i],
          c.in(i).shape(), samples);
  check(a.blank >= 0 && a.blank < log_probs.size(-1),
        "blank is {}, should be from 0 to {}, as log_probs {} says", a.blank,
        log_probs.size(-1) - 1, log_probs.shape());
}

}  // namespace

static Tensors compose_ctc_loss(const Call& c) {
  const auto& a = c.attributes<CtcAttrs>();
  check_ctc(c, a);
  check_reduction(a.reduction);
  const bool one_sample = c.in(0).dim() == 2;
  const Tensor log_probs = one_sample ? unsqueeze(c.in(0), 1) : c.in(0);
  const auto whole = [&](int i) { return cast(c.in(i), DType::i64); };
  const auto lengths = [&](int i) { return reshape(whole(i), {c.in(i).numel()}); };
  Tensor losses = call(op::ctc_terms, {log_probs, whole(1), lengths(2), lengths(3)}, CtcAttrs(a));
  if (a.zero_infinity)
    losses = where(isinf(losses), 0, losses);
  if (a.reduction == "mean")
    losses = losses / cast(clamp(lengths(3), 1), losses.dtype());
  if (a.reduction == "none" && one_sample)
    return {reshape(losses, {})};
  return {reduced(losses, a.reduction)};
}

constinit const Op op::ctc_loss = {
    .name = "ctc_loss",
    .what =
        "The negative log-likelihood of label sequences over all their alignments with "
        "log_probs [T, N, C], reduced.",
    .source = "torch.nn.functional.ctc_loss; Graves et al. 2006",
    .inputs = {"log_probs", "targets", "input_lengths", "target_lengths"},
    .attributes = attrs_type<CtcAttrs>,
    .no_onnx_because = "ONNX has no such operator, and losses are no part of exported graphs",
    .precision = Precision::f32,
    .compose = compose_ctc_loss,
};

static Grads ctc_terms_vjp(const Call& c, const Grads& dy) {
  return {call(op::ctc_terms_backward, {dy[0], c.in(0), c.in(1), c.in(2), c.in(3)},
               c.attributes<CtcAttrs>()),
          Tensor(), Tensor(), Tensor()};
}

constinit const Op op::ctc_terms = {
    .name = "ctc_terms",
    .what =
        "The negative log-likelihood of each sample's labels over all alignments: [T, N, C] -> "
        "[N].",
    .source = "torch.nn.functional.ctc_loss; Graves et al. 2006",
    .inputs = {"log_probs", "targets", "input_lengths", "target_lengths"},
    .attributes = attrs_type<CtcAttrs>,
    .no_onnx_because = "a piece of ctc_loss",
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), {c.in(0).size(1)}}};
    },
    .kernel = kernel::ctc_loss,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2), Keep::input(3)},
    .vjp = ctc_terms_vjp,
    .internal = true,
};

static Grads ctc_terms_backward_vjp(const Call& c, const Grads& dy) {
  Tensors operands = {dy[0]};
  operands.append(c.inputs().begin(), c.inputs().end());
  const Tensors both =
      call_all(op::ctc_terms_second, std::move(operands), c.attributes<CtcAttrs>());
  return {both[0], both[1], Tensor(), Tensor(), Tensor()};
}

constinit const Op op::ctc_terms_backward = GradientKernel{
    .name = "ctc_terms_backward",
    .what =
        "The gradient of ctc_loss by log-probabilities: each one's probability less the share "
        "of paths through it.",
    .inputs = {"grad", "log_probs", "targets", "input_lengths", "target_lengths"},
    .attributes = attrs_type<CtcAttrs>,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(1).dtype(), c.in(1).shape()}};
    },
    .kernel = kernel::ctc_loss_backward,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2), Keep::input(3), Keep::input(4)},
    .vjp = ctc_terms_backward_vjp,
};

constinit const Op op::ctc_terms_second = GradientKernel{
    .name = "ctc_terms_second",
    .what = "The gradients of ctc_terms_backward by its grad and by log-probabilities.",
    .inputs = {"grad_of_grad", "grad", "log_probs", "targets", "input_lengths", "target_lengths"},
    .outputs = {"for_grad", "for_log_probs"},
    .attributes = attrs_type<CtcAttrs>,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(1).dtype(), c.in(1).shape()}, {c.in(2).dtype(), c.in(2).shape()}};
    },
    .kernel = kernel::ctc_loss_second,
    .no_gradient_because = "PyTorch's ends with the first one; this is the second",
};

Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                const Tensor& target_lengths, const CtcAttrs& options) {
  return call(op::ctc_loss, {log_probs, targets, input_lengths, target_lengths}, options);
}

}  // namespace hebb
