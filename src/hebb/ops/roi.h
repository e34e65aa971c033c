// Regions of pictures, and which boxes to keep. Boxes are x1, y1, x2, y2 in pixels. Source:
// torchvision.ops.
#pragma once

#include "hebb/kernels/roi.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Means of bilinear samples in the bins of each box: input [N, C, H, W], boxes [K, 5] with the
// sample's number in front -> [K, C, output_size]. Boxes have no gradient. Error: a box names no
// sample, or is not finite. Source: He et al. 2017.
Tensor roi_align(const Tensor& input, const Tensor& boxes, const RoiAlignAttrs& options);
// The same with the largest value of each bin, 0 of an empty one. Source: Girshick 2015.
Tensor roi_pool(const Tensor& input, const Tensor& boxes, const RoiPoolAttrs& options);

// The numbers (i64) of the boxes [N, 4] to keep, the highest scores [N] first: those whose
// intersection over union with a better one is above the threshold go. The values decide how many
// there are.
Tensor nms(const Tensor& boxes, const Tensor& scores, double iou_threshold);
// The same among boxes of one number in idxs [N] (integers), such as a class.
Tensor batched_nms(const Tensor& boxes, const Tensor& scores, const Tensor& idxs,
                   double iou_threshold);

}  // namespace hebb
