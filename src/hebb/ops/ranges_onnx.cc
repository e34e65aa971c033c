// ops/ranges_onnx.cc: the ONNX forms of new tensors.

#include "hebb/ops/ranges_onnx.h"

#include "hebb/ops/onnx_writer.h"

namespace hebb::onnx {

OnnxValues write_zeros(OnnxWriter& w) {
  return {w.filled(w.call.out(0).shape(), 0, w.out())};
}

OnnxValues write_ones(OnnxWriter& w) {
  return {w.filled(w.call.out(0).shape(), 1, w.out())};
}

OnnxValues write_full_like(OnnxWriter& w) {
  return {w.expand(w.in(1, w.out()), w.call.out(0).shape())};
}

}  // namespace hebb::onnx
