// The ONNX forms of regions and of non-maximum suppression.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_roi_align(OnnxWriter& w);
OnnxValues write_roi_pool(OnnxWriter& w);
OnnxValues write_nms(OnnxWriter& w);

Tensors read_roi_align(const OnnxReader& r);
Tensors read_max_roi_pool(const OnnxReader& r);
Tensors read_non_max_suppression(const OnnxReader& r);

}  // namespace hebb::onnx
