// ops/cast_onnx.cc: the ONNX forms of copies.

#include "hebb/ops/cast_onnx.h"

#include "hebb/ops/cast.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"

namespace hebb::onnx {

OnnxValues write_cast(OnnxWriter& w) {
  return {w.cast(w.in(0), w.out())};
}

Tensors read_cast(const OnnxReader& r) {
  r.skip("saturate");    // of 8-bit floating numbers
  r.skip("round_mode");  // of those, too
  return {cast(r.in(0), dtype_from_onnx(r.integer("to", 0)))};
}

OnnxValues write_same_values(OnnxWriter& w) {
  return {w.in(0)};
}

}  // namespace hebb::onnx
