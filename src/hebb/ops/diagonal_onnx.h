// The ONNX forms of diagonals.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_diagonal(OnnxWriter& w);
OnnxValues write_diag_embed(OnnxWriter& w);
OnnxValues write_diag(OnnxWriter& w);
OnnxValues write_trace(OnnxWriter& w);

}  // namespace hebb::onnx
