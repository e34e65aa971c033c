// ops/boxes_kept.cc: boxes within a picture, boxes that are large enough, boxes around masks.
// Source: torchvision.ops.

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/boxes.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/counted.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/join.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/boxes.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_corners(const Tensor& boxes) {
  check(boxes.dim() >= 1 && boxes.size(-1) == 4, "boxes {} should be [..., 4]: x1, y1, x2, y2",
        boxes.shape());
  check(boxes.dtype() != DType::boolean && !is_complex(boxes.dtype()),
        "boxes are {}, should be floating or integers", name(boxes.dtype()));
}

Tensors compose_clip_boxes_to_image(const Call& c) {
  const Dims& size = c.attributes<ClipBoxesAttrs>().size;
  const Tensor& boxes = c.in(0);
  check_corners(boxes);
  check(size.size() == 2 && size[0] >= 0 && size[1] >= 0, "size {} should be [height, width]",
        size);
  const auto clipped = [&](int64_t part, int64_t most) {
    return clamp(select(boxes, -1, part), 0, most);
  };
  return {stack(
      {clipped(0, size[1]), clipped(1, size[0]), clipped(2, size[1]), clipped(3, size[0])}, -1)};
}

Tensors compose_remove_small_boxes(const Call& c) {
  const double least = c.attributes<SmallBoxesAttrs>().min_size;
  const Tensor& boxes = c.in(0);
  check_corners(boxes);
  check(boxes.dim() == 2, "boxes {} should be [N, 4]", boxes.shape());
  const auto side = [&](int64_t first) {
    return select(boxes, 1, first + 2) - select(boxes, 1, first);
  };
  return {select(nonzero(logical_and(ge(side(0), least), ge(side(1), least))), 1, 0)};
}

// The first and the last place along the last dimension that holds: each [N].
std::pair<Tensor, Tensor> ends_of(const Tensor& held) {
  const Tensor places = arange(double(held.size(-1)), DType::i64, held.device());
  return {amin(where(held, places, held.size(-1)), {-1}), amax(where(held, places, -1), {-1})};
}

Tensors compose_masks_to_boxes(const Call& c) {
  const Tensor& masks = c.in(0);
  check(masks.dim() == 3, "masks {} should be [N, H, W]", masks.shape());
  if (masks.numel() == 0)
    return {zeros({masks.size(0), 4}, DType::f32, masks.device())};
  const Tensor inside = ne(masks, 0);
  const auto [left, right] = ends_of(any(inside, {1}));
  const auto [top, bottom] = ends_of(any(inside, {2}));
  const Tensor boxes = cast(stack({left, top, right, bottom}, 1), DType::f32);
  return {where(unsqueeze(ge(right, 0), 1), boxes, 0)};
}

}  // namespace

constinit const Op op::clip_boxes_to_image = {
    .name = "clip_boxes_to_image",
    .what = "Boxes [..., 4] as xyxy, cut off at the edges of a picture of the given size.",
    .source = "torchvision.ops.clip_boxes_to_image",
    .inputs = {"boxes"},
    .attributes = attrs_type<ClipBoxesAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_clip_boxes_to_image,
};

constinit const Op op::remove_small_boxes = {
    .name = "remove_small_boxes",
    .what = "The numbers (i64) of the boxes [N, 4] whose sides are both at least min_size long.",
    .source = "torchvision.ops.remove_small_boxes",
    .inputs = {"boxes"},
    .attributes = attrs_type<SmallBoxesAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_remove_small_boxes,
    .no_gradient_because = "numbers of boxes come out",
};

constinit const Op op::masks_to_boxes = {
    .name = "masks_to_boxes",
    .what =
        "The boxes (f32 [N, 4], xyxy) around what is not 0 in masks [N, H, W]; zeros of an empty "
        "mask.",
    .source = "torchvision.ops.masks_to_boxes",
    .inputs = {"masks"},
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_masks_to_boxes,
    .no_gradient_because = "places of pixels come out",
};

Tensor clip_boxes_to_image(const Tensor& boxes, const Dims& size) {
  return call(op::clip_boxes_to_image, {boxes}, ClipBoxesAttrs{size});
}
Tensor remove_small_boxes(const Tensor& boxes, double min_size) {
  return call(op::remove_small_boxes, {boxes}, SmallBoxesAttrs{min_size});
}
Tensor masks_to_boxes(const Tensor& masks) {
  return call(op::masks_to_boxes, {masks});
}

}  // namespace hebb
