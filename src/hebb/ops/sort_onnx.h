// The ONNX forms of sorting. TopK keeps the order of equal elements, as sort does.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_sort(OnnxWriter& w);
OnnxValues write_argsort(OnnxWriter& w);
OnnxValues write_topk(OnnxWriter& w);

Tensors read_topk(const OnnxReader& r);

}  // namespace hebb::onnx
