// The ONNX forms of convolutions.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_conv(OnnxWriter& w);
OnnxValues write_conv_transpose(OnnxWriter& w);
OnnxValues write_deform_conv(OnnxWriter& w);

Tensors read_conv(const OnnxReader& r);
Tensors read_conv_transpose(const OnnxReader& r);
Tensors read_deform_conv(const OnnxReader& r);

}  // namespace hebb::onnx
