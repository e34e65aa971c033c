// The ONNX forms of attention.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_attention_node(OnnxWriter& w);   // as Attention, where that says the call
OnnxValues write_attention_nodes(OnnxWriter& w);  // in products and a softmax
Tensors read_attention(const OnnxReader& r);

}  // namespace hebb::onnx
