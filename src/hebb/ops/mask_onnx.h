// The ONNX forms of masks and triangles.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_masked_fill(OnnxWriter& w);
OnnxValues write_tril(OnnxWriter& w);
OnnxValues write_triu(OnnxWriter& w);

Tensors read_trilu(const OnnxReader& r);

}  // namespace hebb::onnx
