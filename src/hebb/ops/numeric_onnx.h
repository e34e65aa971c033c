// The ONNX forms of signs, shifts and closeness of numbers.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_as_it_is(OnnxWriter& w);
OnnxValues write_deg2rad(OnnxWriter& w);
OnnxValues write_rad2deg(OnnxWriter& w);
OnnxValues write_float_power(OnnxWriter& w);
OnnxValues write_fmax(OnnxWriter& w);
OnnxValues write_fmin(OnnxWriter& w);
OnnxValues write_nan_to_num(OnnxWriter& w);
OnnxValues write_isposinf(OnnxWriter& w);
OnnxValues write_isneginf(OnnxWriter& w);
OnnxValues write_equal(OnnxWriter& w);
OnnxValues write_shift(OnnxWriter& w);
Tensors read_shift(const OnnxReader& r);

}  // namespace hebb::onnx
