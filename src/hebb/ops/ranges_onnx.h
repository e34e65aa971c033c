// The ONNX forms of new tensors.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_zeros(OnnxWriter& w);
OnnxValues write_ones(OnnxWriter& w);
OnnxValues write_full_like(OnnxWriter& w);

}  // namespace hebb::onnx
