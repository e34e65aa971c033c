// The ONNX forms of arithmetic that is not operand for operand the same.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_add(OnnxWriter& w);
OnnxValues write_mul(OnnxWriter& w);
OnnxValues write_div(OnnxWriter& w);
OnnxValues write_floor_divide(OnnxWriter& w);
OnnxValues write_fmod(OnnxWriter& w);
OnnxValues write_remainder(OnnxWriter& w);
OnnxValues write_square(OnnxWriter& w);
OnnxValues write_extreme_of_two(OnnxWriter& w);
OnnxValues write_clamp(OnnxWriter& w);
OnnxValues write_lerp(OnnxWriter& w);
OnnxValues write_addcmul(OnnxWriter& w);
OnnxValues write_addcdiv(OnnxWriter& w);

Tensors read_div(const OnnxReader& r);
Tensors read_mod(const OnnxReader& r);
Tensors read_pow(const OnnxReader& r);
Tensors read_max(const OnnxReader& r);
Tensors read_min(const OnnxReader& r);
Tensors read_clip(const OnnxReader& r);

}  // namespace hebb::onnx
