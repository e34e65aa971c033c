// The ONNX forms of norms and distances.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

struct OnnxNorm {
  double ord = 2;
  Dims dim;  // none: all
  bool keepdim = false;
};
// (sum |x|^ord)^(1/ord) in nodes.
OnnxValue vector_norm(OnnxWriter& w, const OnnxValue& x, const OnnxNorm& norm);

OnnxValues write_linalg_vector_norm(OnnxWriter& w);
OnnxValues write_linalg_matrix_norm(OnnxWriter& w);
OnnxValues write_linalg_norm(OnnxWriter& w);

}  // namespace hebb::onnx
