// ops/margin_loss.cc: losses of margins and distances, written in operators.

#include "hebb/ops/margin_loss.h"

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/distance.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduction.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/margin_loss.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_floating(const Tensor& tensor, std::string_view operand) {
  check(is_floating(tensor.dtype()), "{} is {}, should be floating", operand, name(tensor.dtype()));
}
void check_shape(const Tensor& tensor, std::string_view operand, const Tensor& like,
                 std::string_view other) {
  check(tensor.shape() == like.shape(), "{} {} should have the shape of {} {}", operand,
        tensor.shape(), other, like.shape());
}

Tensor above_zero(const Tensor& x) {
  return clamp(x, 0);
}

// Scores [N, C], or one row [C], with at least one class.
bool is_one_row(const Tensor& input) {
  check_floating(input, "input");
  check((input.dim() == 1 || input.dim() == 2) && input.size(-1) > 0,
        "input {} should be [N, C] or [C], with at least one class", input.shape());
  return input.dim() == 1;
}

void check_vectors(const Tensor& a, std::string_view first, const Tensor& b,
                   std::string_view second) {
  check_floating(a, first);
  check_floating(b, second);
  check(a.dim() >= 1 && b.dim() >= 1, "{} {} and {} {} should be vectors [..., D]", first,
        a.shape(), second, b.shape());
  broadcast(a.shape(), b.shape());
}

Tensor triplet(const Tensor& to_positive, const Tensor& to_negative, const TripletAttrs& a) {
  return reduced(above_zero(to_positive - to_negative + a.margin), a.reduction);
}

}  // namespace

constinit const Op op::margin_ranking_loss = {
    .name = "margin_ranking_loss",
    .what =
        "max(0, -target (input1 - input2) + margin), reduced: target 1 wants input1 larger, -1 "
        "input2.",
    .source = "torch.nn.functional.margin_ranking_loss",
    .inputs = {"input1", "input2", "target"},
    .attributes = attrs_type<MarginAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<MarginAttrs>();
      check_floating(c.in(0), "input1");
      check_floating(c.in(1), "input2");
      return {reduced(above_zero(a.margin - c.in(2) * (c.in(0) - c.in(1))), a.reduction)};
    },
};

constinit const Op op::hinge_embedding_loss = {
    .name = "hinge_embedding_loss",
    .what = "input where target is 1, max(0, margin - input) where it is -1, reduced.",
    .source = "torch.nn.functional.hinge_embedding_loss",
    .inputs = {"input", "target"},
    .attributes = attrs_type<WideMarginAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<WideMarginAttrs>();
      const Tensor &x = c.in(0), &t = c.in(1);
      check_floating(x, "input");
      return {reduced(where(ne(t, 1), above_zero(a.margin - x), 0) + where(ne(t, -1), x, 0),
                      a.reduction)};
    },
};

constinit const Op op::soft_margin_loss = {
    .name = "soft_margin_loss",
    .what = "log(1 + exp(-target input)) without overflow, reduced; target: 1 or -1.",
    .source = "torch.nn.functional.soft_margin_loss",
    .inputs = {"input", "target"},
    .attributes = attrs_type<LossAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      check_floating(c.in(0), "input");
      return {reduced(-logsigmoid(c.in(0) * c.in(1)), c.attributes<LossAttrs>().reduction)};
    },
};

static Tensors compose_multi_margin_loss(const Call& c) {
  const auto& a = c.attributes<MultiMarginAttrs>();
  const bool one_row = is_one_row(c.in(0));
  const Tensor x = one_row ? unsqueeze(c.in(0), 0) : c.in(0),
               t = one_row ? reshape(c.in(1), {c.in(1).numel()}) : c.in(1);
  check(a.p == 1 || a.p == 2, "p is {}, should be 1 or 2", a.p);
  check(t.dim() == 1 && t.size(0) == x.size(0), "target {} should be [{}], one class for each row",
        c.in(1).shape(), x.size(0));
  const int64_t classes = x.size(1);
  const Tensor column = unsqueeze(t, 1), right = gather(x, 1, column);
  Tensor missing = above_zero(a.margin - right + x);
  if (a.p == 2)
    missing = square(missing);
  if (c.has(2)) {
    check(c.in(2).shape() == Dims{classes}, "weight {} should be [{}], one for each class",
          c.in(2).shape(), classes);
    missing = missing * unsqueeze(index_select(c.in(2), 0, t), 1);
  }
  const Tensor others = ne(arange(double(classes), DType::i64, x.device()), column);
  const Tensor losses = sum(where(others, missing, 0), {1}) / classes;
  return {reduced(one_row ? reshape(losses, {}) : losses, a.reduction)};
}

constinit const Op op::multi_margin_loss = {
    .name = "multi_margin_loss",
    .what =
        "Of scores [N, C] and classes: the sum over the other classes i of max(0, margin - "
        "x[class] + x[i])^p over C, times the class' weight, reduced.",
    .source = "torch.nn.functional.multi_margin_loss",
    .inputs = {"input", "target", "weight?"},
    .attributes = attrs_type<MultiMarginAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .indices = {1},
    .compose = compose_multi_margin_loss,
};

static Tensors compose_multilabel_margin_loss(const Call& c) {
  const bool one_row = is_one_row(c.in(0));
  check_shape(c.in(1), "target", c.in(0), "input");
  const Tensor x = one_row ? unsqueeze(c.in(0), 0) : c.in(0),
               t = one_row ? unsqueeze(c.in(1), 0) : c.in(1);
  // A row's list ends with its first negative number.
  const Tensor listed = eq(cumsum(lt(t, 0), 1), 0), classes = where(listed, t, 0);
  const Tensor hits =
      scatter_add(zeros(t.shape(), DType::i64, t.device()), 1, classes, cast(listed, DType::i64));
  const Tensor wanted = gather(x, 1, classes),  // [N, listed]
      missing = above_zero(1 - unsqueeze(wanted, 2) + unsqueeze(x, 1));
  const Tensor counts =
      unsqueeze(cast(listed, x.dtype()), 2) * unsqueeze(cast(eq(hits, 0), x.dtype()), 1);
  const Tensor losses = sum(missing * counts, {1, 2}) / x.size(1);
  return {reduced(one_row ? reshape(losses, {}) : losses, c.attributes<LossAttrs>().reduction)};
}

constinit const Op op::multilabel_margin_loss = {
    .name = "multilabel_margin_loss",
    .what =
        "Of scores [N, C] and rows that list classes up to the first -1: the sum over listed k "
        "and others i of max(0, 1 - x[k] + x[i]) over C, reduced.",
    .source = "torch.nn.functional.multilabel_margin_loss",
    .inputs = {"input", "target"},
    .attributes = attrs_type<LossAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .indices = {1},
    .compose = compose_multilabel_margin_loss,
};

static Tensors compose_multilabel_soft_margin_loss(const Call& c) {
  const Tensor &x = c.in(0), &t = c.in(1);
  check_floating(x, "input");
  check(x.dim() >= 1, "input {} should be [..., C]", x.shape());
  check_shape(t, "target", x, "input");
  Tensor losses = -(t * logsigmoid(x) + (1 - t) * logsigmoid(-x));
  if (c.has(2))
    losses = losses * c.in(2);
  return {reduced(mean(losses, {-1}), c.attributes<LossAttrs>().reduction)};
}

constinit const Op op::multilabel_soft_margin_loss = {
    .name = "multilabel_soft_margin_loss",
    .what =
        "Binary cross-entropy of scores [..., C], the mean over the classes, times their "
        "weights, reduced.",
    .source = "torch.nn.functional.multilabel_soft_margin_loss",
    .inputs = {"input", "target", "weight?"},
    .attributes = attrs_type<LossAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_multilabel_soft_margin_loss,
};

static Tensors compose_cosine_embedding_loss(const Call& c) {
  const auto& a = c.attributes<MarginAttrs>();
  const Tensor &x = c.in(0), &y = c.in(1), &t = c.in(2);
  check_vectors(x, "input1", y, "input2");
  check(t.dim() + 1 == x.dim() && t.dim() + 1 == y.dim() && t.dim() <= 1,
        "target {} beside input1 {} and input2 {} should be [N] beside [N, D], or one number "
        "beside [D]",
        t.shape(), x.shape(), y.shape());
  constexpr double least = 1e-12;  // PyTorch's
  const Tensor lengths = sqrt((sum(square(x), {-1}) + least) * (sum(square(y), {-1}) + least)),
               cosine = sum(x * y, {-1}) / lengths;
  return {
      reduced(where(eq(t, 1), 1 - cosine, 0) + where(eq(t, -1), above_zero(cosine - a.margin), 0),
              a.reduction)};
}

constinit const Op op::cosine_embedding_loss = {
    .name = "cosine_embedding_loss",
    .what =
        "Of vectors [N, D]: 1 - cos where target is 1, max(0, cos - margin) where it is -1, "
        "reduced.",
    .source = "torch.nn.functional.cosine_embedding_loss",
    .inputs = {"input1", "input2", "target"},
    .attributes = attrs_type<MarginAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_cosine_embedding_loss,
};

static Tensors compose_triplet_margin_loss(const Call& c) {
  const auto& a = c.attributes<TripletAttrs>();
  check_vectors(c.in(0), "anchor", c.in(1), "positive");
  check_vectors(c.in(0), "anchor", c.in(2), "negative");
  check(a.margin > 0, "margin is {}, should be more than 0", a.margin);
  const auto apart = [&](int i, int k) { return pairwise_distance(c.in(i), c.in(k), a.p, a.eps); };
  Tensor to_negative = apart(0, 2);
  if (a.swap)
    to_negative = minimum(to_negative, apart(1, 2));
  return {triplet(apart(0, 1), to_negative, a)};
}

constinit const Op op::triplet_margin_loss = {
    .name = "triplet_margin_loss",
    .what =
        "Of vectors [..., D]: max(0, margin + |anchor - positive| - |anchor - negative|), of "
        "p-norms, reduced.",
    .source = "torch.nn.functional.triplet_margin_loss; Schroff et al. 2015",
    .inputs = {"anchor", "positive", "negative"},
    .attributes = attrs_type<TripletAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_triplet_margin_loss,
};

static Tensors compose_contrastive_loss(const Call& c) {
  const auto& a = c.attributes<WideMarginAttrs>();
  check_vectors(c.in(0), "input1", c.in(1), "input2");
  const Tensor apart = pairwise_distance(c.in(0), c.in(1), 2, 0), &t = c.in(2);
  check_shape(t, "target", apart, "the distances");
  const Tensor near = square(apart), far = square(above_zero(a.margin - apart));
  return {reduced((t * near + (1 - t) * far) * 0.5, a.reduction)};
}

constinit const Op op::contrastive_loss = {
    .name = "contrastive_loss",
    .what =
        "Of vectors [..., D] at the distance d: d^2 / 2 where target is 1, max(0, margin - "
        "d)^2 / 2 where it is 0, reduced.",
    .source = "Hadsell, Chopra and LeCun 2006",
    .inputs = {"input1", "input2", "target"},
    .attributes = attrs_type<WideMarginAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_contrastive_loss,
};

static Tensors compose_info_nce_loss(const Call& c) {
  const auto& a = c.attributes<InfoNceAttrs>();
  const Tensor &query = c.in(0), &key = c.in(1);
  check_vectors(query, "query", key, "positive_key");
  check(query.dim() == 2, "query {} should be [N, D]", query.shape());
  check_shape(key, "positive_key", query, "query");
  check(a.temperature > 0, "temperature is {}, should be more than 0", a.temperature);
  const Tensor cosines = matmul(normalize(query), transpose(normalize(key), 0, 1)),
               rows = arange(double(query.size(0)), DType::i64, query.device());
  return {
      hebb::cross_entropy(cosines / a.temperature, rows, ClassLossAttrs{.reduction = a.reduction})};
}

constinit const Op op::info_nce_loss = {
    .name = "info_nce_loss",
    .what =
        "Cross-entropy of the cosines of query [N, D] with all keys [N, D] over temperature; "
        "the key of the same row is right.",
    .source = "van den Oord et al. 2018",
    .inputs = {"query", "positive_key"},
    .attributes = attrs_type<InfoNceAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_info_nce_loss,
};

Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                           const MarginAttrs& options) {
  return call(op::margin_ranking_loss, {input1, input2, target}, options);
}
Tensor hinge_embedding_loss(const Tensor& input, const Tensor& target,
                            const WideMarginAttrs& options) {
  return call(op::hinge_embedding_loss, {input, target}, options);
}
Tensor soft_margin_loss(const Tensor& input, const Tensor& target, const LossAttrs& options) {
  return call(op::soft_margin_loss, {input, target}, options);
}
Tensor multi_margin_loss(const Tensor& input, const Tensor& target, const MultiMarginAttrs& options,
                         const Tensor& weight) {
  return call(op::multi_margin_loss, {input, target, weight}, options);
}
Tensor multilabel_margin_loss(const Tensor& input, const Tensor& target, const LossAttrs& options) {
  return call(op::multilabel_margin_loss, {input, target}, options);
}
Tensor multilabel_soft_margin_loss(const Tensor& input, const Tensor& target,
                                   const LossAttrs& options, const Tensor& weight) {
  return call(op::multilabel_soft_margin_loss, {input, target, weight}, options);
}
Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                             const MarginAttrs& options) {
  return call(op::cosine_embedding_loss, {input1, input2, target}, options);
}
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletAttrs& options) {
  return call(op::triplet_margin_loss, {anchor, positive, negative}, options);
}
Tensor triplet_margin_with_distance_loss(
    const Tensor& anchor, const Tensor& positive, const Tensor& negative,
    const std::function<Tensor(const Tensor&, const Tensor&)>& distance,
    const TripletAttrs& options) {
  const auto apart = [&](const Tensor& a, const Tensor& b) {
    return distance ? distance(a, b) : pairwise_distance(a, b);
  };
  Tensor to_negative = apart(anchor, negative);
  if (options.swap)
    to_negative = minimum(to_negative, apart(positive, negative));
  return triplet(apart(anchor, positive), to_negative, options);
}
Tensor contrastive_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                        const WideMarginAttrs& options) {
  return call(op::contrastive_loss, {input1, input2, target}, options);
}
Tensor info_nce_loss(const Tensor& query, const Tensor& positive_key, const InfoNceAttrs& options) {
  return call(op::info_nce_loss, {query, positive_key}, options);
}

}  // namespace hebb
