// The ONNX forms of results whose size the values decide.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_nonzero(OnnxWriter& w);
OnnxValues write_masked_select(OnnxWriter& w);
OnnxValues write_unique(OnnxWriter& w);

Tensors read_nonzero(const OnnxReader& r);
Tensors read_compress(const OnnxReader& r);
Tensors read_unique(const OnnxReader& r);

}  // namespace hebb::onnx
