// The ONNX forms of copies.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_cast(OnnxWriter& w);
OnnxValues write_same_values(OnnxWriter& w);

Tensors read_cast(const OnnxReader& r);

}  // namespace hebb::onnx
