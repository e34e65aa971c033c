// The ONNX forms of comparisons and logic that are not operand for operand the same.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_ne(OnnxWriter& w);
OnnxValues write_logic(OnnxWriter& w);
OnnxValues write_is(OnnxWriter& w);
OnnxValues write_isfinite(OnnxWriter& w);
OnnxValues write_bits(OnnxWriter& w);

Tensors read_isinf(const OnnxReader& r);

}  // namespace hebb::onnx
