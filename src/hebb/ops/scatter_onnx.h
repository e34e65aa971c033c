// The ONNX forms of placing by index tensors.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_scatter_add(OnnxWriter& w);
OnnxValues write_scatter(OnnxWriter& w);
OnnxValues write_scatter_reduce(OnnxWriter& w);
OnnxValues write_index_copy(OnnxWriter& w);
OnnxValues write_index_fill(OnnxWriter& w);

}  // namespace hebb::onnx
