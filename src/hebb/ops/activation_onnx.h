// The ONNX forms of activations that are not operand for operand the same.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_relu6(OnnxWriter& w);
OnnxValues write_hardtanh(OnnxWriter& w);
OnnxValues write_prelu(OnnxWriter& w);
OnnxValues write_hardsigmoid(OnnxWriter& w);
OnnxValues write_threshold(OnnxWriter& w);
OnnxValues write_hardshrink(OnnxWriter& w);
OnnxValues write_softshrink(OnnxWriter& w);
OnnxValues write_silu(OnnxWriter& w);
OnnxValues write_mish(OnnxWriter& w);
OnnxValues write_softplus(OnnxWriter& w);
OnnxValues write_logsigmoid(OnnxWriter& w);
OnnxValues write_tanhshrink(OnnxWriter& w);
OnnxValues write_gelu(OnnxWriter& w);

Tensors read_prelu(const OnnxReader& r);
Tensors read_hardsigmoid(const OnnxReader& r);
Tensors read_thresholded_relu(const OnnxReader& r);
Tensors read_shrink(const OnnxReader& r);
Tensors read_swish(const OnnxReader& r);

}  // namespace hebb::onnx
