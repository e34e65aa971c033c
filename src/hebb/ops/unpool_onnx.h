// The ONNX form of unpooling.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_max_unpool(OnnxWriter& w);
Tensors read_max_unpool(const OnnxReader& r);

}  // namespace hebb::onnx
