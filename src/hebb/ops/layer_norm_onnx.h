// The ONNX forms of normalisation.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_batch_norm(OnnxWriter& w);
OnnxValues write_layer_norm(OnnxWriter& w);
OnnxValues write_group_norm(OnnxWriter& w);
OnnxValues write_group_norm_by_instances(OnnxWriter& w);
OnnxValues write_instance_norm(OnnxWriter& w);
OnnxValues write_rms_norm(OnnxWriter& w);
OnnxValues write_rms_norm_out(OnnxWriter& w);

Tensors read_batch_norm(const OnnxReader& r);
Tensors read_layer_norm(const OnnxReader& r);
Tensors read_group_norm(const OnnxReader& r);
Tensors read_instance_norm(const OnnxReader& r);
Tensors read_rms_norm(const OnnxReader& r);

}  // namespace hebb::onnx
