// The ONNX form of interpolation: Resize.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_interpolate(OnnxWriter& w);
Tensors read_resize(const OnnxReader& r);

}  // namespace hebb::onnx
