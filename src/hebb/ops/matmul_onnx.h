// The ONNX forms of matrix products and of linear.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_linear(OnnxWriter& w);

Tensors read_gemm(const OnnxReader& r);

}  // namespace hebb::onnx
