// How ONNX's nodes say the windows of convolutions and pooling. For .cc files of forms.
#pragma once

#include "hebb/ops/onnx_reader.h"

namespace hebb {

struct OnnxWindow {
  Dims stride, dilation;
  Dims before, after;  // the padding
  bool is_even() const { return before == after; }
};
// strides, dilations, pads and auto_pad of a node over input [N, C, ...] with windows of this size.
// Error: they do not have as many numbers as the window.
OnnxWindow onnx_window(const OnnxReader& r, const Dims& kernel);

// The input with so much of the value before and after each spatial dimension.
Tensor padded_for_onnx(const Tensor& x, const OnnxWindow& window, double value);

Dims both_sides(const Dims& before, const Dims& after);  // as the attribute pads

}  // namespace hebb
