// ops/mask_onnx.cc: the ONNX forms of masks and triangles.

#include "hebb/ops/mask_onnx.h"

#include "hebb/ops/mask.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"

namespace hebb::onnx {
namespace {

OnnxValue triangle(OnnxWriter& w, bool upper) {
  const OnnxValue diagonal = w.number(double(w.attributes<DiagonalAttrs>().diagonal), DType::i64);
  return w.add("Trilu", {w.in(0), diagonal}, {{"upper", upper}});
}

}  // namespace

OnnxValues write_masked_fill(OnnxWriter& w) {
  return {w.where(w.in(1), w.in(2, w.out()), w.in(0))};
}

OnnxValues write_tril(OnnxWriter& w) {
  return {triangle(w, false)};
}

OnnxValues write_triu(OnnxWriter& w) {
  return {triangle(w, true)};
}

Tensors read_trilu(const OnnxReader& r) {
  const int64_t diagonal = r.has(1) ? r.constant(1).item_as_int() : 0;
  return {r.flag("upper", true) ? triu(r.in(0), diagonal) : tril(r.in(0), diagonal)};
}

}  // namespace hebb::onnx
