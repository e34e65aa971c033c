// The ONNX forms of joining, cutting, turning and repeating.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_cat(OnnxWriter& w);
OnnxValues write_stack(OnnxWriter& w);
OnnxValues write_split(OnnxWriter& w);
OnnxValues write_chunk(OnnxWriter& w);
OnnxValues write_flip(OnnxWriter& w);
OnnxValues write_roll(OnnxWriter& w);
OnnxValues write_repeat(OnnxWriter& w);
OnnxValues write_meshgrid(OnnxWriter& w);

Tensors read_split(const OnnxReader& r);
Tensors read_tile(const OnnxReader& r);

}  // namespace hebb::onnx
