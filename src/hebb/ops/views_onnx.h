// The ONNX forms of views.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_reshape(OnnxWriter& w);
OnnxValues write_permute(OnnxWriter& w);
OnnxValues write_expand(OnnxWriter& w);
OnnxValues write_slice(OnnxWriter& w);
OnnxValues write_select(OnnxWriter& w);
OnnxValues write_unsqueeze(OnnxWriter& w);
OnnxValues write_squeeze(OnnxWriter& w);

Tensors read_reshape(const OnnxReader& r);
Tensors read_flatten(const OnnxReader& r);
Tensors read_transpose(const OnnxReader& r);
Tensors read_expand(const OnnxReader& r);
Tensors read_slice(const OnnxReader& r);
Tensors read_unsqueeze(const OnnxReader& r);
Tensors read_squeeze(const OnnxReader& r);

}  // namespace hebb::onnx
