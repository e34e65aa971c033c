// ops/roi.cc: regions of pictures, and which boxes to keep.

#include "hebb/ops/roi.h"

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/regions.h"
#include "hebb/ops/roi_onnx.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/roi.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Specs regions(const Call& c, const Dims& output_size) {
  const Dims size = bins_of(output_size);
  return {{c.in(0).dtype(), {c.in(1).size(0), c.in(0).size(1), size[0], size[1]}}};
}

void check_scored(const Tensor& boxes, const Tensor& scores) {
  check(is_floating(boxes.dtype()), "boxes are {}, should be floating", name(boxes.dtype()));
  check(boxes.dim() == 2 && boxes.size(1) == 4, "boxes {} should be [N, 4]: x1, y1, x2, y2",
        boxes.shape());
  check(scores.dim() == 1 && scores.size(0) == boxes.size(0),
        "scores {} should be [{}], one for each box", scores.shape(), boxes.size(0));
  check(scores.dtype() == boxes.dtype(), "scores are {}, boxes are {}; they should have one dtype",
        name(scores.dtype()), name(boxes.dtype()));
}

}  // namespace

static Specs infer_roi_align(const Call& c) {
  const auto& a = c.attributes<RoiAlignAttrs>();
  check_regions(c.in(0), c.in(1));
  check_scale(a.spatial_scale);
  check_sampling_ratio(a.sampling_ratio);
  return regions(c, a.output_size);
}

// The kernels take a height and a width.
static RoiAlignAttrs in_two(RoiAlignAttrs a) {
  a.output_size = bins_of(a.output_size);
  return a;
}

static Grads roi_align_vjp(const Call& c, const Grads& dy) {
  const RoiAlignAttrs a = in_two(c.attributes<RoiAlignAttrs>());
  return {call(op::roi_align_backward, {dy[0], c.in(1)},
               RoiAlignBackwardAttrs{a.output_size, a.spatial_scale, a.sampling_ratio, a.aligned,
                                     c.in(0).shape()})};
}

constinit const Op op::roi_align = {
    .name = "roi_align",
    .what =
        "The bins of boxes as means of bilinear samples: pictures [N, C, H, W] and boxes [K, "
        "5], sample first, -> [K, C, output_size].",
    .source = "torchvision.ops.roi_align; He et al. 2017",
    .inputs = {"input", "boxes"},
    .attributes = attrs_type<RoiAlignAttrs>,
    .onnx = {{.type = "RoiAlign",
              .since = 13,
              .nodes = "Slice, Squeeze",
              .where = "aligned from opset 16 on",
              .to = onnx::write_roi_align,
              .from = onnx::read_roi_align}},
    .precision = Precision::f32,
    .infer = infer_roi_align,
    .kernel = kernel::roi_align,
    .keep = {Keep::input(1)},
    .vjp = roi_align_vjp,
};

constinit const Op op::roi_align_backward = GradientKernel{
    .name = "roi_align_backward",
    .what = "The gradient of roi_align's input: each bin's, spread over the pixels it was made of.",
    .inputs = {"grad", "boxes"},
    .attributes = attrs_type<RoiAlignBackwardAttrs>,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), c.attributes<RoiAlignBackwardAttrs>().shape}};
    },
    .kernel = kernel::roi_align_backward,
    .keep = {Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {
          call(op::roi_align, {dy[0], c.in(1)}, c.attributes<RoiAlignBackwardAttrs>().forward())};
    },
};

static Specs infer_roi_pool(const Call& c) {
  const auto& a = c.attributes<RoiPoolAttrs>();
  check_regions(c.in(0), c.in(1));
  check_scale(a.spatial_scale);
  Specs specs = regions(c, a.output_size);
  specs.push_back({DType::i64, specs[0].shape});
  return specs;
}

static Grads roi_pool_vjp(const Call& c, const Grads& dy) {
  const Tensor index = reshape(c.out(1), {c.out(1).numel()}), found = ge(index, 0),
               flat = reshape(dy[0], {dy[0].numel()});
  const Tensor nothing = zeros({c.in(0).numel()}, flat.dtype(), flat.device());
  return {reshape(scatter_add(nothing, 0, clamp(index, 0), flat * cast(found, flat.dtype())),
                  c.in(0).shape())};
}

constinit const Op op::roi_pool = {
    .name = "roi_pool",
    .what =
        "The largest value in each bin of boxes: pictures [N, C, H, W] and boxes [K, 5], "
        "sample first, -> [K, C, output_size].",
    .source = "torchvision.ops.roi_pool; Girshick 2015",
    .inputs = {"input", "boxes"},
    .outputs = {"out", "argmax"},
    .attributes = attrs_type<RoiPoolAttrs>,
    .onnx = {{.type = "MaxRoiPool",
              .since = 13,
              .to = onnx::write_roi_pool,
              .from = onnx::read_max_roi_pool}},
    .precision = Precision::f32,
    .infer = infer_roi_pool,
    .kernel = kernel::roi_pool,
    .keep = {Keep::output(1)},
    .vjp = roi_pool_vjp,
};

constinit const Op op::nms = {
    .name = "nms",
    .what =
        "The boxes [N, 4] to keep, by falling score: none overlaps a better one by more than "
        "iou_threshold.",
    .source = "torchvision.ops.nms",
    .inputs = {"boxes", "scores"},
    .attributes = attrs_type<NmsAttrs>,
    .onnx = {{.type = "NonMaxSuppression",
              .since = 13,
              .nodes = "Unsqueeze, Slice, Squeeze",
              .to = onnx::write_nms,
              .from = onnx::read_non_max_suppression}},
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      check_scored(c.in(0), c.in(1));
      return {{DType::i64, {c.in(0).size(0)}}};
    },
    .counted = {0},
    .kernel = kernel::nms,
    .no_gradient_because = "numbers of boxes come out",
};

static Specs infer_batched_nms(const Call& c) {
  check_scored(c.in(0), c.in(1));
  check(c.in(2).shape() == c.in(1).shape(), "idxs {} should be [{}], one for each box",
        c.in(2).shape(), c.in(0).size(0));
  return {{DType::i64, {c.in(0).size(0)}}};
}

constinit const Op op::batched_nms = {
    .name = "batched_nms",
    .what =
        "The boxes [N, 4] to keep, by falling score, where only boxes of one number in idxs "
        "compete.",
    .source = "torchvision.ops.batched_nms",
    .inputs = {"boxes", "scores", "idxs"},
    .attributes = attrs_type<NmsAttrs>,
    .no_onnx_because = "ONNX's NonMaxSuppression scores every box for every class",
    .precision = Precision::f32,
    .indices = {2},
    .infer = infer_batched_nms,
    .counted = {0},
    .kernel = kernel::nms,
    .no_gradient_because = "numbers of boxes come out",
};

Tensor roi_align(const Tensor& input, const Tensor& boxes, const RoiAlignAttrs& options) {
  return call(op::roi_align, {input, boxes}, in_two(options));
}
Tensor roi_pool(const Tensor& input, const Tensor& boxes, const RoiPoolAttrs& options) {
  return call(op::roi_pool, {input, boxes}, options);
}
Tensor nms(const Tensor& boxes, const Tensor& scores, double iou_threshold) {
  return call(op::nms, {boxes, scores}, NmsAttrs{iou_threshold});
}
Tensor batched_nms(const Tensor& boxes, const Tensor& scores, const Tensor& idxs,
                   double iou_threshold) {
  return call(op::batched_nms, {boxes, scores, idxs}, NmsAttrs{iou_threshold});
}

}  // namespace hebb
