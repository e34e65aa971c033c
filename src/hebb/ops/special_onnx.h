// The ONNX forms of special functions.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_logit(OnnxWriter& w);
OnnxValues write_xlogy(OnnxWriter& w);
OnnxValues write_logaddexp(OnnxWriter& w);

}  // namespace hebb::onnx
