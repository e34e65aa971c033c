// ops/pieces_onnx.cc: the ONNX forms of cutting by NumPy's names.

#include "hebb/ops/pieces_onnx.h"

#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/pieces.h"

namespace hebb::onnx {
namespace {

// Parts as large as the call's results. Overlapping ones are no parts of a whole.
OnnxValues cut(OnnxWriter& w, int64_t dim) {
  Dims sizes;
  int64_t total = 0;
  for (const Tensor& out : w.call.outputs()) {
    sizes.push_back(out.size(dim));
    total += sizes.back();
  }
  w.require(total == w.operand(0).size(dim),
            "ONNX's Split cuts into parts of a whole, but parts of {} do not make {}, the size of "
            "dimension {}",
            sizes, w.operand(0).size(dim), dim);
  const OnnxValue x = w.in(0);
  const std::vector<DType> dtypes(sizes.size(), x.dtype);
  return w.add_all("Split", {x, w.ints(sizes)}, {{"axis", dim}}, dtypes);
}

}  // namespace

OnnxValues write_tensor_split(OnnxWriter& w) {
  return cut(w, w.attributes<TensorSplitAttrs>().dim);
}

OnnxValues write_hsplit(OnnxWriter& w) {
  return cut(w, w.operand(0).dim() == 1 ? 0 : 1);
}

OnnxValues write_vsplit(OnnxWriter& w) {
  return cut(w, 0);
}

OnnxValues write_dsplit(OnnxWriter& w) {
  return cut(w, 2);
}

}  // namespace hebb::onnx
