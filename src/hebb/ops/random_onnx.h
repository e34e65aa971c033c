// The ONNX form of dropout where nothing is drawn.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_dropout(OnnxWriter& w);

Tensors read_dropout(const OnnxReader& r);

}  // namespace hebb::onnx
