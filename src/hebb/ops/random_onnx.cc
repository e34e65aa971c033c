// ops/random_onnx.cc: the ONNX form of dropout where nothing is drawn.

#include "hebb/ops/random_onnx.h"

#include "hebb/kernels/random.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {

OnnxValues write_dropout(OnnxWriter& w) {
  w.require(!w.attributes<DropoutAttrs>().training,
            "ONNX's Dropout draws from a state of its own, not from a key");
  return {w.add("Dropout", {w.in(0)})};
}

Tensors read_dropout(const OnnxReader& r) {
  const bool training = r.has(2) && r.constant(2).item_as_int() != 0;
  r.require(!training, "training_mode is true, of which only false is read");
  r.skip("seed");
  return {r.in(0), r.wants(1) ? ones(r.in(0).shape(), DType::boolean, r.in(0).device()) : Tensor()};
}

}  // namespace hebb::onnx
