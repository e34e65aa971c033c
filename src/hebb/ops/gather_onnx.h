// The ONNX forms of picking and placing by index tensors.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

// ONNX's operators that pick and place take at least one dimension: the operand's value, as [1]
// where it is 0-d; and a result that has as many dimensions as an operand so, in the call's shape.
OnnxValue at_least_1d(OnnxWriter& w, const OnnxValue& x, const Tensor& operand);
OnnxValue in_call_shape(OnnxWriter& w, const OnnxValue& out, int64_t dims);

OnnxValues write_gather(OnnxWriter& w);
OnnxValues write_index_select(OnnxWriter& w);
OnnxValues write_index_add(OnnxWriter& w);
OnnxValues write_embedding(OnnxWriter& w);
OnnxValues write_take(OnnxWriter& w);
OnnxValues write_one_hot(OnnxWriter& w);

Tensors read_gather_elements(const OnnxReader& r);
Tensors read_scatter_elements(const OnnxReader& r);
Tensors read_gather(const OnnxReader& r);
Tensors read_one_hot(const OnnxReader& r);

}  // namespace hebb::onnx
