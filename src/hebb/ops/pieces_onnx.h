// The ONNX forms of cutting by NumPy's names.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_tensor_split(OnnxWriter& w);
OnnxValues write_hsplit(OnnxWriter& w);
OnnxValues write_vsplit(OnnxWriter& w);
OnnxValues write_dsplit(OnnxWriter& w);

}  // namespace hebb::onnx
