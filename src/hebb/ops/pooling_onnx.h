// The ONNX forms of pooling.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_max_pool(OnnxWriter& w);
OnnxValues write_avg_pool(OnnxWriter& w);
OnnxValues write_adaptive_avg_pool(OnnxWriter& w);
OnnxValues write_adaptive_max_pool(OnnxWriter& w);

Tensors read_max_pool(const OnnxReader& r);
Tensors read_avg_pool(const OnnxReader& r);
Tensors read_global_average_pool(const OnnxReader& r);
Tensors read_global_max_pool(const OnnxReader& r);

}  // namespace hebb::onnx
