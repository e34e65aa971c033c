// The ONNX forms of new tensors.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_full(OnnxWriter& w);
OnnxValues write_arange(OnnxWriter& w);

Tensors read_constant_of_shape(const OnnxReader& r);
Tensors read_range(const OnnxReader& r);

}  // namespace hebb::onnx
