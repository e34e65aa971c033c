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
// Position-sensitive forms: the input has a channel of its own for each bin, [N, C rows columns, H,
// W], of which bin (i, j) of channel c reads (c rows + i) columns + j -> [K, C, output_size].
// ps_roi_align takes bilinear samples, as roi_align with `aligned` does (Li et al. 2017), and gives
// 0 for a box without a side; ps_roi_pool takes the mean of pixels (Dai et al. 2016).
Tensor ps_roi_align(const Tensor& input, const Tensor& boxes, const PsRoiAlignAttrs& options);
Tensor ps_roi_pool(const Tensor& input, const Tensor& boxes, const RoiPoolAttrs& options);

// The numbers (i64) of the boxes [N, 4] to keep, the highest scores [N] first: those whose
// intersection over union with a better one is above the threshold go. The values decide how many
// there are.
Tensor nms(const Tensor& boxes, const Tensor& scores, double iou_threshold);
// The same among boxes of one number in idxs [N] (integers), such as a class.
Tensor batched_nms(const Tensor& boxes, const Tensor& scores, const Tensor& idxs,
                   double iou_threshold);

}  // namespace hebb
