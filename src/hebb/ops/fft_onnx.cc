// ops/fft_onnx.cc: the ONNX forms of shifts of frequencies.

#include "hebb/ops/fft_onnx.h"

#include "hebb/ops/fft.h"
#include "hebb/ops/onnx_writer.h"

namespace hebb::onnx {
namespace {

OnnxValue shifted(OnnxWriter& w, bool back) {
  const Dims& shape = w.operand(0).shape();
  const auto rank = int64_t(shape.size());
  Dims dims = w.attributes<FftShiftAttrs>().dim;
  if (dims.empty())
    for (int64_t i = 0; i < rank; ++i)
      dims.push_back(i);
  OnnxValue x = w.in(0);
  for (int64_t d : dims) {
    const int64_t axis = wrap_dim(d, rank), size = shape[size_t(axis)],
                  cut = size - (back ? (size + 1) / 2 : size / 2);
    x = w.add("Concat", {w.slice(x, axis, cut, size), w.slice(x, axis, 0, cut)}, {{"axis", axis}});
  }
  return x;
}

}  // namespace

OnnxValues write_fftshift(OnnxWriter& w) {
  return {shifted(w, false)};
}
OnnxValues write_ifftshift(OnnxWriter& w) {
  return {shifted(w, true)};
}

}  // namespace hebb::onnx
