// The ONNX forms of picking and placing by index tensors.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_scatter_add(OnnxWriter& w);
OnnxValues write_index_add(OnnxWriter& w);
OnnxValues write_embedding(OnnxWriter& w);
OnnxValues write_take(OnnxWriter& w);
OnnxValues write_one_hot(OnnxWriter& w);

Tensors read_gather_elements(const OnnxReader& r);
Tensors read_scatter_elements(const OnnxReader& r);
Tensors read_gather(const OnnxReader& r);
Tensors read_one_hot(const OnnxReader& r);

}  // namespace hebb::onnx
