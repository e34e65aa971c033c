// The ONNX forms of products, and what they share with the entries.
#pragma once

#include "hebb/ops/op.h"

namespace hebb {

struct TensordotDims {  // pairs; not negative
  Dims input, other;
};
TensordotDims tensordot_dims(const Call& call);  // Error: dims that the operands do not have

struct KronShapes {
  Dims input, other;  // what they are reshaped to, so that they broadcast
  Dims result;
};
KronShapes kron_shapes(const Call& call);

}  // namespace hebb

namespace hebb::onnx {

OnnxValues write_product(OnnxWriter& w);
OnnxValues write_inner(OnnxWriter& w);
OnnxValues write_outer(OnnxWriter& w);
OnnxValues write_added(OnnxWriter& w);
OnnxValues write_tensordot(OnnxWriter& w);
OnnxValues write_kron(OnnxWriter& w);
OnnxValues write_linalg_cross(OnnxWriter& w);
OnnxValues write_cross(OnnxWriter& w);
OnnxValues write_bilinear(OnnxWriter& w);
OnnxValues write_einsum(OnnxWriter& w);

}  // namespace hebb::onnx
