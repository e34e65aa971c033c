// ops/loss_onnx.cc: the ONNX forms of losses, which are written out, and of class losses, which
// ONNX has.

#include "hebb/ops/loss_onnx.h"

#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

OnnxValue reduced(OnnxWriter& w, const OnnxValue& terms, const std::string& reduction) {
  if (reduction == "none")
    return terms;
  return w.reduce(reduction == "mean" ? "ReduceMean" : "ReduceSum", terms, {}, false);
}

OnnxValue difference(OnnxWriter& w) {
  return w.add("Sub", {w.in(0, w.out()), w.in(1, w.out())});
}

OnnxValue times(OnnxWriter& w, const OnnxValue& x, double factor) {
  return w.add("Mul", {x, w.number(factor, x.dtype)});
}
OnnxValue one_less(OnnxWriter& w, const OnnxValue& x) {
  return w.add("Sub", {w.number(1, x.dtype), x});
}

// below(|d|) where |d| is less than the limit, else above(|d|).
template <class Below, class Above>
OnnxValue by_distance(OnnxWriter& w, double limit, Below&& below, Above&& above) {
  const OnnxValue far = w.add("Abs", {difference(w)}),
                  near = w.ask("Less", {far, w.number(limit, far.dtype)});
  return w.where(near, below(far), above(far));
}

OnnxValue weighted(OnnxWriter& w, const OnnxValue& terms) {
  return w.has(2) ? w.add("Mul", {terms, w.in(2, w.out())}) : terms;
}

// A mean over weights divides by their sum.
OnnxValue weighted_mean(OnnxWriter& w, const OnnxValue& errors) {
  const std::string& reduction = w.attributes<LossAttrs>().reduction;
  if (!w.has(2) || reduction != "mean")
    return reduced(w, weighted(w, errors), reduction);
  return w.add("Div",
               {reduced(w, weighted(w, errors), "sum"), reduced(w, w.in(2, w.out()), "sum")});
}

// Class scores [N, C, ...] and what is beside them; a single row becomes a batch of one.
OnnxValue as_batch(OnnxWriter& w, int slot) {
  return w.operand(0).dim() == 1 ? w.unsqueeze(w.in(slot), {0}) : w.in(slot);
}

OnnxValues class_loss(OnnxWriter& w) {
  const auto& a = w.attributes<ClassLossAttrs>();
  w.require(a.label_smoothing == 0, "ONNX's {} has no label_smoothing", w.form.type);
  OnnxValue target = as_batch(w, 1);
  if (target.dtype != DType::i32)
    target = w.cast(target, DType::i64);
  const OnnxValue loss =
      w.add(w.form.type, {as_batch(w, 0), target, w.in(2)},
            {{"reduction", std::string_view(a.reduction)}, {"ignore_index", a.ignore_index}});
  const bool one_row = w.operand(0).dim() == 1 && a.reduction == "none";
  return {one_row ? w.squeeze(loss, {0}) : loss};
}

OnnxValue against_probabilities(OnnxWriter& w) {
  const auto& a = w.attributes<ClassLossAttrs>();
  const Tensor& input = w.operand(0);
  const int64_t axis = input.dim() == 1 ? 0 : 1, classes = input.size(axis);
  const OnnxValue scores = w.add("LogSoftmax", {w.in(0)}, {{"axis", axis}});
  OnnxValue wanted = w.in(1, scores.dtype);
  if (a.label_smoothing != 0) {
    const OnnxValue share = w.number(a.label_smoothing / double(classes), scores.dtype);
    wanted = w.add("Add", {times(w, wanted, 1 - a.label_smoothing), share});
  }
  if (w.has(2)) {
    Dims shape(size_t(input.dim()), 1);
    shape[size_t(axis)] = classes;
    wanted = w.add("Mul", {wanted, w.reshape(w.in(2), shape)});
  }
  const OnnxValue sums = w.reduce("ReduceSum", w.add("Mul", {scores, wanted}), {axis}, false);
  return reduced(w, w.add("Neg", {sums}), a.reduction);
}

ClassLossAttrs class_loss_attributes(const OnnxReader& r) {
  return {r.text("reduction", "mean"), r.integer("ignore_index", ClassLossAttrs().ignore_index), 0};
}

}  // namespace

OnnxValues write_mse_loss(OnnxWriter& w) {
  const OnnxValue apart = difference(w);
  return {weighted_mean(w, w.add("Mul", {apart, apart}))};
}

OnnxValues write_l1_loss(OnnxWriter& w) {
  return {weighted_mean(w, w.add("Abs", {difference(w)}))};
}

OnnxValues write_smooth_l1_loss(OnnxWriter& w) {
  const auto& a = w.attributes<SmoothL1Attrs>();
  if (a.beta == 0)
    return {reduced(w, w.add("Abs", {difference(w)}), a.reduction)};
  const auto below = [&](const OnnxValue& d) {
    return times(w, w.add("Mul", {d, d}), 0.5 / a.beta);
  };
  const auto above = [&](const OnnxValue& d) {
    return w.add("Sub", {d, w.number(0.5 * a.beta, d.dtype)});
  };
  return {reduced(w, by_distance(w, a.beta, below, above), a.reduction)};
}

OnnxValues write_huber_loss(OnnxWriter& w) {
  const auto& a = w.attributes<HuberAttrs>();
  const auto below = [&](const OnnxValue& d) { return times(w, w.add("Mul", {d, d}), 0.5); };
  const auto above = [&](const OnnxValue& d) {
    return times(w, w.add("Sub", {d, w.number(0.5 * a.delta, d.dtype)}), a.delta);
  };
  return {reduced(w, weighted(w, by_distance(w, a.delta, below, above)), a.reduction)};
}

OnnxValues write_binary_cross_entropy(OnnxWriter& w) {
  const OnnxValue x = w.in(0, w.out()), target = w.in(1, w.out());
  const auto logarithm = [&](const OnnxValue& p) {  // above -100
    return w.add("Max", {w.add("Log", {p}), w.number(-100, p.dtype)});
  };
  const OnnxValue yes = w.add("Mul", {target, logarithm(x)}),
                  no = w.add("Mul", {one_less(w, target), logarithm(one_less(w, x))}),
                  terms = w.add("Neg", {w.add("Add", {yes, no})});
  return {reduced(w, weighted(w, terms), w.attributes<LossAttrs>().reduction)};
}

// (1 - t) x + (1 + (pos_weight - 1) t) log(1 + e^-x).
OnnxValues write_binary_cross_entropy_with_logits(OnnxWriter& w) {
  const OnnxValue x = w.in(0, w.out()), target = w.in(1, w.out());
  OnnxValue curve = w.add("Softplus", {w.add("Neg", {x})});
  if (w.has(3)) {
    const OnnxValue one = w.number(1, x.dtype), more = w.add("Sub", {w.in(3, x.dtype), one}),
                    factor = w.add("Add", {w.add("Mul", {more, target}), one});
    curve = w.add("Mul", {factor, curve});
  }
  const OnnxValue terms = w.add("Add", {w.add("Mul", {one_less(w, target), x}), curve});
  return {reduced(w, weighted(w, terms), w.attributes<LossAttrs>().reduction)};
}

OnnxValues write_kl_div(OnnxWriter& w) {
  const auto& a = w.attributes<KlDivAttrs>();
  const OnnxValue x = w.in(0, w.out()), target = w.in(1, w.out());
  OnnxValue terms;
  if (a.log_target) {
    terms = w.add("Mul", {w.add("Exp", {target}), w.add("Sub", {target, x})});
  } else {  // 0 log 0 is 0
    const OnnxValue zero = w.number(0, x.dtype), one = w.number(1, x.dtype),
                    is_zero = w.ask("Equal", {target, zero}), base = w.where(is_zero, one, target);
    terms = w.add("Sub", {w.add("Mul", {target, w.add("Log", {base})}), w.add("Mul", {target, x})});
  }
  if (a.reduction != "batchmean")
    return {reduced(w, terms, a.reduction)};
  const OnnxValue batch = w.number(double(w.operand(0).size(0)), x.dtype);
  return {w.add("Div", {reduced(w, terms, "sum"), batch})};
}

OnnxValues write_cross_entropy(OnnxWriter& w) {
  if (is_floating(w.operand(1).dtype()))
    return {against_probabilities(w)};
  return class_loss(w);
}

Tensors read_softmax_cross_entropy(const OnnxReader& r) {
  const Tensor loss = cross_entropy(r.in(0), r.in(1), class_loss_attributes(r), r.maybe(2));
  return {loss, r.wants(1) ? log_softmax(r.in(0), 1) : Tensor()};
}

OnnxValues write_nll_loss(OnnxWriter& w) {
  return class_loss(w);
}

Tensors read_negative_log_likelihood(const OnnxReader& r) {
  return {nll_loss(r.in(0), r.in(1), class_loss_attributes(r), r.maybe(2))};
}

}  // namespace hebb::onnx
