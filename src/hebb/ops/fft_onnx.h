// The ONNX forms of shifts of frequencies.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_fftshift(OnnxWriter& w);
OnnxValues write_ifftshift(OnnxWriter& w);

}  // namespace hebb::onnx
