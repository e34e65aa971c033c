// The ONNX forms of other shapes.
#pragma once

#include "hebb/ops/op.h"

namespace hebb {

// The order of dimensions that movedim makes. Error: a dimension is named twice.
Dims moved_dims(int64_t rank, const Dims& source, const Dims& destination);

namespace onnx {

OnnxValues write_as_reshape(OnnxWriter& w);
OnnxValues write_broadcast_to(OnnxWriter& w);
OnnxValues write_transpose(OnnxWriter& w);
OnnxValues write_swapaxes(OnnxWriter& w);
OnnxValues write_movedim(OnnxWriter& w);
OnnxValues write_narrow(OnnxWriter& w);
OnnxValues write_unbind(OnnxWriter& w);
OnnxValues write_tile(OnnxWriter& w);
OnnxValues write_rot90(OnnxWriter& w);
OnnxValues write_fliplr(OnnxWriter& w);
OnnxValues write_flipud(OnnxWriter& w);

}  // namespace onnx
}  // namespace hebb
