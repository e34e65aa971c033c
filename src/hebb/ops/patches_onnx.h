// The ONNX forms of pixel shuffles and of fold.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_pixel_shuffle(OnnxWriter& w);
OnnxValues write_pixel_unshuffle(OnnxWriter& w);
OnnxValues write_channel_shuffle(OnnxWriter& w);
OnnxValues write_fold(OnnxWriter& w);

Tensors read_depth_to_space(const OnnxReader& r);
Tensors read_col2im(const OnnxReader& r);

}  // namespace hebb::onnx
