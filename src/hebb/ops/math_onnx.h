// The ONNX forms of functions that are not operand for operand the same.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_exp2(OnnxWriter& w);
OnnxValues write_log2(OnnxWriter& w);
OnnxValues write_log10(OnnxWriter& w);
OnnxValues write_rsqrt(OnnxWriter& w);
OnnxValues write_sinc(OnnxWriter& w);
OnnxValues write_whole(OnnxWriter& w);
OnnxValues write_round(OnnxWriter& w);
OnnxValues write_trunc(OnnxWriter& w);
OnnxValues write_frac(OnnxWriter& w);

}  // namespace hebb::onnx
