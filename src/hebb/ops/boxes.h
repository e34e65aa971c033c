// Boxes: forms, areas, overlaps and losses of them. Source: torchvision.ops.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/device.h"
#include "hebb/tensor/dtype.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// The forms of a box [..., 4]: xyxy (two corners), xywh (a corner, width, height), cxcywh (the
// middle, width, height).
Tensor box_convert(const Tensor& boxes, std::string_view in_fmt, std::string_view out_fmt);
Tensor box_area(const Tensor& boxes, std::string_view fmt = "xyxy");  // [..., 4] -> [...]

// Each box of boxes1 [..., N, 4] against each of boxes2 [..., M, 4] -> [..., N, M]. Halves are
// computed in f32.
Tensor box_iou(const Tensor& boxes1, const Tensor& boxes2, std::string_view fmt = "xyxy");
// Less the empty share of the smallest box around both. Source: Rezatofighi et al. 2019.
Tensor generalized_box_iou(const Tensor& boxes1, const Tensor& boxes2);
// Less the distance of the middles, as a share of that box's diagonal; squares. Source: Zheng et
// al. 2020.
Tensor distance_box_iou(const Tensor& boxes1, const Tensor& boxes2, double eps = 1e-7);
// And less the difference of the sides' ratios.
Tensor complete_box_iou(const Tensor& boxes1, const Tensor& boxes2, double eps = 1e-7);

// 1 less these, of pairs of boxes [..., 4] and [..., 4] as xyxy.
struct BoxLossAttrs {
  std::string reduction = "none";
  double eps = 1e-7;  // added to what is divided by
  HEBB_FIELDS(reduction, eps)
};
Tensor generalized_box_iou_loss(const Tensor& boxes1, const Tensor& boxes2,
                                const BoxLossAttrs& options = {});
Tensor distance_box_iou_loss(const Tensor& boxes1, const Tensor& boxes2,
                             const BoxLossAttrs& options = {});
Tensor complete_box_iou_loss(const Tensor& boxes1, const Tensor& boxes2,
                             const BoxLossAttrs& options = {});

// Boxes [..., 4] as xyxy, cut off at the edges of a picture of size [height, width].
Tensor clip_boxes_to_image(const Tensor& boxes, const Dims& size);
// The numbers (i64) of the boxes [N, 4] whose sides are both at least min_size long.
Tensor remove_small_boxes(const Tensor& boxes, double min_size);
// The boxes (f32 [N, 4]) around what is not 0 in masks [N, H, W]: the first and the last column and
// row; zeros of an empty mask.
Tensor masks_to_boxes(const Tensor& masks);

// The boxes from which a detector starts, as xyxy: around the corner of each cell of a grid one for
// each aspect ratio (height / width) and size (the root of its area), in whole pixels. Cells come
// row by row, then ratios, then sizes: [height width ratios sizes, 4]. Source: torchvision's
// AnchorGenerator, for one feature map; Ren et al. 2015.
struct AnchorAttrs {
  Dims grid_size;     // height, width of the feature map
  Dims stride = {1};  // pixels of the picture from one cell to the next, down and across
  std::vector<double> sizes = {128, 256, 512};
  std::vector<double> aspect_ratios = {0.5, 1, 2};
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(grid_size, stride, sizes, aspect_ratios, dtype, device)
};
Tensor grid_anchors(const AnchorAttrs& options);

struct ClipBoxesAttrs {
  Dims size;  // height, width
  HEBB_FIELDS(size)
};
struct SmallBoxesAttrs {
  double min_size = 0;
  HEBB_FIELDS(min_size)
};
struct BoxConvertAttrs {
  std::string in_fmt = "xyxy", out_fmt = "xyxy";
  HEBB_FIELDS(in_fmt, out_fmt)
};
struct BoxFormAttrs {
  std::string fmt = "xyxy";
  HEBB_FIELDS(fmt)
};
struct BoxEpsAttrs {
  double eps = 1e-7;
  HEBB_FIELDS(eps)
};

}  // namespace hebb
