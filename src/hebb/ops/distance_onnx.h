// The ONNX forms of distances.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_cdist(OnnxWriter& w);
OnnxValues write_pairwise_distance(OnnxWriter& w);
OnnxValues write_cosine_similarity(OnnxWriter& w);
OnnxValues write_normalize(OnnxWriter& w);

}  // namespace hebb::onnx
