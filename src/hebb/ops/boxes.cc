// ops/boxes.cc: forms, areas, overlaps and losses of boxes, written in operators.

#include "hebb/ops/boxes.h"

#include <numbers>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduction.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/boxes.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_boxes(const Tensor& boxes, std::string_view operand) {
  check(boxes.dim() >= 1 && boxes.size(-1) == 4, "{} {} should be [..., 4]", operand,
        boxes.shape());
  check(boxes.dtype() != DType::boolean && !is_complex(boxes.dtype()),
        "{} is {}, should be floating or integers", operand, name(boxes.dtype()));
}
void check_form(std::string_view form, std::string_view what) {
  check(form == "xyxy" || form == "xywh" || form == "cxcywh",
        "{} is '{}', should be xyxy, xywh or cxcywh", what, form);
}

// In which areas are computed: halves in f32, small integers in i32.
Tensor widened(const Tensor& boxes) {
  const DType dtype = boxes.dtype();
  if (is_floating(dtype))
    return dtype == DType::f32 || dtype == DType::f64 ? boxes : cast(boxes, DType::f32);
  return item_size(dtype) >= 4 ? boxes : cast(boxes, DType::i32);
}

// The four numbers of boxes, each [...].
struct Box {
  Tensor x1, y1, x2, y2;
};
Box parts(const Tensor& boxes) {
  return {select(boxes, -1, 0), select(boxes, -1, 1), select(boxes, -1, 2), select(boxes, -1, 3)};
}
Tensor together(const Tensor& a, const Tensor& b, const Tensor& c, const Tensor& d) {
  return stack({a, b, c, d}, -1);
}

Tensor to_corners(const Tensor& boxes, std::string_view form) {
  if (form == "xyxy")
    return boxes;
  const auto [x, y, w, h] = parts(boxes);
  if (form == "xywh")
    return together(x, y, x + w, y + h);
  return together(x - 0.5 * w, y - 0.5 * h, x + 0.5 * w, y + 0.5 * h);
}
Tensor from_corners(const Tensor& boxes, std::string_view form) {
  if (form == "xyxy")
    return boxes;
  const auto [x1, y1, x2, y2] = parts(boxes);
  if (form == "xywh")
    return together(x1, y1, x2 - x1, y2 - y1);
  return together((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1);
}

Tensor area(const Box& b) {
  return (b.x2 - b.x1) * (b.y2 - b.y1);
}
Tensor above_zero(const Tensor& x) {
  return clamp(x, 0);
}
Tensor overlap(const Box& a, const Box& b) {
  return above_zero(minimum(a.x2, b.x2) - maximum(a.x1, b.x1)) *
         above_zero(minimum(a.y2, b.y2) - maximum(a.y1, b.y1));
}

// The smallest box around both.
Box around(const Box& a, const Box& b) {
  return {minimum(a.x1, b.x1), minimum(a.y1, b.y1), maximum(a.x2, b.x2), maximum(a.y2, b.y2)};
}
Tensor squared_diagonal(const Box& b) {
  return square(above_zero(b.x2 - b.x1)) + square(above_zero(b.y2 - b.y1));
}
// Of the middles.
Tensor squared_distance(const Box& a, const Box& b) {
  return square((a.x1 + a.x2) / 2 - (b.x1 + b.x2) / 2) +
         square((a.y1 + a.y2) / 2 - (b.y1 + b.y2) / 2);
}
// v of the complete IoU: how far the ratios of the sides differ, from 0 to 1.
Tensor ratio_difference(const Box& a, const Box& b) {
  const Tensor first = atan((a.x2 - a.x1) / (a.y2 - a.y1)),
               second = atan((b.x2 - b.x1) / (b.y2 - b.y1));
  return square(first - second) * (4 / (std::numbers::pi * std::numbers::pi));
}
// alpha v, where alpha counts as a constant.
Tensor ratio_penalty(const Tensor& v, const Tensor& iou, double eps) {
  Tensor alpha;
  {
    const NoGrad off;
    alpha = v / (1 - iou + v + eps);
  }
  return alpha * v;
}

// Each of boxes1 beside each of boxes2.
struct Pairs {
  Box a, b;
};
Pairs all_pairs(const Tensor& boxes1, const Tensor& boxes2) {
  const auto check_list = [](const Tensor& boxes, std::string_view operand) {
    check_boxes(boxes, operand);
    check(boxes.dim() >= 2, "{} {} should be [..., N, 4]", operand, boxes.shape());
  };
  check_list(boxes1, "boxes1");
  check_list(boxes2, "boxes2");
  return {parts(unsqueeze(widened(boxes1), -2)), parts(unsqueeze(widened(boxes2), -3))};
}

Tensor iou_of(const Pairs& p) {
  const Tensor both = overlap(p.a, p.b);
  return both / (area(p.a) + area(p.b) - both);
}

// One box beside another, for losses.
Pairs in_pairs(const Call& c) {
  for (int i = 0; i < 2; ++i) {
    check_boxes(c.in(i), i == 0 ? "boxes1" : "boxes2");
    check(is_floating(c.in(i).dtype()), "boxes{} is {}, should be floating", i + 1,
          name(c.in(i).dtype()));
  }
  check(c.in(0).shape() == c.in(1).shape(), "boxes2 {} should have the shape of boxes1 {}",
        c.in(1).shape(), c.in(0).shape());
  return {parts(widened(c.in(0))), parts(widened(c.in(1)))};
}

// The mean of no losses is 0 here, as in torchvision.
Tensor reduced_boxes(const Tensor& losses, const std::string& reduction) {
  return reduced(losses, reduction == "mean" && losses.numel() == 0 ? "sum" : reduction);
}

Tensor loss_iou(const Pairs& p, double eps) {
  const Tensor both = overlap(p.a, p.b);
  return both / (area(p.a) + area(p.b) - both + eps);
}

}  // namespace

static Tensors compose_box_convert(const Call& c) {
  const auto& a = c.attributes<BoxConvertAttrs>();
  check_boxes(c.in(0), "boxes");
  check_form(a.in_fmt, "in_fmt");
  check_form(a.out_fmt, "out_fmt");
  if (a.in_fmt == a.out_fmt)
    return {clone(c.in(0))};
  return {from_corners(to_corners(c.in(0), a.in_fmt), a.out_fmt)};
}

constinit const Op op::box_convert = {
    .name = "box_convert",
    .what =
        "Boxes [..., 4] in another form: xyxy (two corners), xywh (a corner, width, height), "
        "cxcywh (the middle, width, height).",
    .source = "torchvision.ops.box_convert",
    .inputs = {"boxes"},
    .attributes = attrs_type<BoxConvertAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_box_convert,
};

static Tensors compose_box_area(const Call& c) {
  const auto& form = c.attributes<BoxFormAttrs>().fmt;
  check_boxes(c.in(0), "boxes");
  check_form(form, "fmt");
  const Box b = parts(widened(c.in(0)));
  return {form == "xyxy" ? area(b) : b.x2 * b.y2};
}

constinit const Op op::box_area = {
    .name = "box_area",
    .what = "The areas of boxes: [..., 4] -> [...]; halves become f32.",
    .source = "torchvision.ops.box_area",
    .inputs = {"boxes"},
    .attributes = attrs_type<BoxFormAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_box_area,
};

static Tensors compose_box_iou(const Call& c) {
  const auto& form = c.attributes<BoxFormAttrs>().fmt;
  check_form(form, "fmt");
  check_boxes(c.in(0), "boxes1");
  check_boxes(c.in(1), "boxes2");
  return {
      iou_of(all_pairs(to_corners(widened(c.in(0)), form), to_corners(widened(c.in(1)), form)))};
}

constinit const Op op::box_iou = {
    .name = "box_iou",
    .what =
        "The intersection over union of each box of boxes1 [..., N, 4] and each of boxes2 "
        "[..., M, 4]: [..., N, M].",
    .source = "torchvision.ops.box_iou; Jaccard 1901",
    .inputs = {"boxes1", "boxes2"},
    .attributes = attrs_type<BoxFormAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_box_iou,
};

constinit const Op op::generalized_box_iou = {
    .name = "generalized_box_iou",
    .what = "box_iou less the empty share of the smallest box around both.",
    .source = "torchvision.ops.generalized_box_iou; Rezatofighi et al. 2019",
    .inputs = {"boxes1", "boxes2"},
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const Pairs p = all_pairs(c.in(0), c.in(1));
      const Tensor both = overlap(p.a, p.b), either = area(p.a) + area(p.b) - both,
                   all = area(around(p.a, p.b));
      return {both / either - (all - either) / all};
    },
};

constinit const Op op::distance_box_iou = {
    .name = "distance_box_iou",
    .what =
        "box_iou less the squared distance of the middles over the squared diagonal of the "
        "smallest box around both.",
    .source = "torchvision.ops.distance_box_iou; Zheng et al. 2020",
    .inputs = {"boxes1", "boxes2"},
    .attributes = attrs_type<BoxEpsAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const Pairs p = all_pairs(c.in(0), c.in(1));
      const double eps = c.attributes<BoxEpsAttrs>().eps;
      return {iou_of(p) - squared_distance(p.a, p.b) / (squared_diagonal(around(p.a, p.b)) + eps)};
    },
};

constinit const Op op::complete_box_iou = {
    .name = "complete_box_iou",
    .what =
        "distance_box_iou less the difference of the sides' ratios, whose weight counts as a "
        "constant.",
    .source = "torchvision.ops.complete_box_iou; Zheng et al. 2020",
    .inputs = {"boxes1", "boxes2"},
    .attributes = attrs_type<BoxEpsAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const Pairs p = all_pairs(c.in(0), c.in(1));
      const double eps = c.attributes<BoxEpsAttrs>().eps;
      const Tensor iou = iou_of(p), v = ratio_difference(p.a, p.b);
      return {iou - squared_distance(p.a, p.b) / (squared_diagonal(around(p.a, p.b)) + eps) -
              ratio_penalty(v, iou, eps)};
    },
};

constinit const Op op::generalized_box_iou_loss = {
    .name = "generalized_box_iou_loss",
    .what = "1 less the generalized IoU of pairs of boxes [..., 4], reduced.",
    .source = "torchvision.ops.generalized_box_iou_loss; Rezatofighi et al. 2019",
    .inputs = {"boxes1", "boxes2"},
    .attributes = attrs_type<BoxLossAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<BoxLossAttrs>();
      const Pairs p = in_pairs(c);
      const Tensor both = overlap(p.a, p.b), either = area(p.a) + area(p.b) - both,
                   all = area(around(p.a, p.b));
      return {
          reduced_boxes(1 - both / (either + a.eps) + (all - either) / (all + a.eps), a.reduction)};
    },
};

constinit const Op op::distance_box_iou_loss = {
    .name = "distance_box_iou_loss",
    .what = "1 less the distance IoU of pairs of boxes [..., 4], reduced.",
    .source = "torchvision.ops.distance_box_iou_loss; Zheng et al. 2020",
    .inputs = {"boxes1", "boxes2"},
    .attributes = attrs_type<BoxLossAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<BoxLossAttrs>();
      const Pairs p = in_pairs(c);
      const Tensor apart =
          squared_distance(p.a, p.b) / (squared_diagonal(around(p.a, p.b)) + a.eps);
      return {reduced_boxes(1 - loss_iou(p, a.eps) + apart, a.reduction)};
    },
};

constinit const Op op::complete_box_iou_loss = {
    .name = "complete_box_iou_loss",
    .what =
        "1 less the complete IoU of pairs of boxes [..., 4], reduced; the weight of the sides' "
        "ratios counts as a constant.",
    .source = "torchvision.ops.complete_box_iou_loss; Zheng et al. 2020",
    .inputs = {"boxes1", "boxes2"},
    .attributes = attrs_type<BoxLossAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<BoxLossAttrs>();
      const Pairs p = in_pairs(c);
      const Tensor iou = loss_iou(p, a.eps), apart = squared_distance(p.a, p.b) /
                                                     (squared_diagonal(around(p.a, p.b)) + a.eps);
      return {reduced_boxes(1 - iou + apart + ratio_penalty(ratio_difference(p.b, p.a), iou, a.eps),
                            a.reduction)};
    },
};

Tensor box_convert(const Tensor& boxes, std::string_view in_fmt, std::string_view out_fmt) {
  return call(op::box_convert, {boxes}, BoxConvertAttrs{std::string(in_fmt), std::string(out_fmt)});
}
Tensor box_area(const Tensor& boxes, std::string_view fmt) {
  return call(op::box_area, {boxes}, BoxFormAttrs{std::string(fmt)});
}
Tensor box_iou(const Tensor& boxes1, const Tensor& boxes2, std::string_view fmt) {
  return call(op::box_iou, {boxes1, boxes2}, BoxFormAttrs{std::string(fmt)});
}
Tensor generalized_box_iou(const Tensor& boxes1, const Tensor& boxes2) {
  return call(op::generalized_box_iou, {boxes1, boxes2});
}
Tensor distance_box_iou(const Tensor& boxes1, const Tensor& boxes2, double eps) {
  return call(op::distance_box_iou, {boxes1, boxes2}, BoxEpsAttrs{eps});
}
Tensor complete_box_iou(const Tensor& boxes1, const Tensor& boxes2, double eps) {
  return call(op::complete_box_iou, {boxes1, boxes2}, BoxEpsAttrs{eps});
}
Tensor generalized_box_iou_loss(const Tensor& boxes1, const Tensor& boxes2,
                                const BoxLossAttrs& options) {
  return call(op::generalized_box_iou_loss, {boxes1, boxes2}, options);
}
Tensor distance_box_iou_loss(const Tensor& boxes1, const Tensor& boxes2,
                             const BoxLossAttrs& options) {
  return call(op::distance_box_iou_loss, {boxes1, boxes2}, options);
}
Tensor complete_box_iou_loss(const Tensor& boxes1, const Tensor& boxes2,
                             const BoxLossAttrs& options) {
  return call(op::complete_box_iou_loss, {boxes1, boxes2}, options);
}

}  // namespace hebb
