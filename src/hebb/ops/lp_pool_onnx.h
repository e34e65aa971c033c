// The ONNX forms of power means and of local response normalisation.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_lp_pool(OnnxWriter& w);
OnnxValues write_lrn(OnnxWriter& w);

Tensors read_lp_pool(const OnnxReader& r);
Tensors read_lrn(const OnnxReader& r);

}  // namespace hebb::onnx
