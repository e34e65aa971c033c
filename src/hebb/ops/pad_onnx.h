// The ONNX form of padding.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_pad(OnnxWriter& w);

Tensors read_pad(const OnnxReader& r);

}  // namespace hebb::onnx
