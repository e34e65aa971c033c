// The ONNX form of softmax and its logarithm.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_softmax(OnnxWriter& w);
OnnxValues write_softmin(OnnxWriter& w);

}  // namespace hebb::onnx
