// The ONNX forms of grid sampling and of affine grids.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_grid_sample(OnnxWriter& w);
OnnxValues write_affine_grid(OnnxWriter& w);

Tensors read_grid_sample(const OnnxReader& r);
Tensors read_affine_grid(const OnnxReader& r);

}  // namespace hebb::onnx
