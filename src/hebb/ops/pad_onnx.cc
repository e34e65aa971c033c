// ops/pad_onnx.cc: the ONNX form of padding.

#include "hebb/ops/pad_onnx.h"

#include <algorithm>

#include "hebb/kernels/pad.h"
#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

struct Mode {
  std::string_view here, onnx;
};
constexpr Mode modes[] = {
    {"constant", "constant"}, {"reflect", "reflect"}, {"replicate", "edge"}, {"circular", "wrap"}};

}  // namespace

OnnxValues write_pad(OnnxWriter& w) {
  const auto& a = w.attributes<PadAttrs>();
  w.require(a.mode != "circular" || w.opset >= 19, "ONNX's Pad wraps from opset 19 on");
  w.require(a.mode != "circular" ||
                std::all_of(a.pad.begin(), a.pad.end(), [](int64_t n) { return n >= 0; }),
            "ONNX does not say what a Pad that wraps and cuts off does first");
  const size_t rank = w.operand(0).shape().size();
  Dims pads(2 * rank, 0);
  for (size_t i = 0; i < a.pad.size() / 2; ++i) {
    pads[rank - 1 - i] = a.pad[2 * i];
    pads[2 * rank - 1 - i] = a.pad[2 * i + 1];
  }
  std::string_view mode;
  for (const Mode& one : modes)
    if (one.here == a.mode)
      mode = one.onnx;
  const OnnxValue x = w.in(0), value = w.number(a.value.value_or(0), x.dtype);
  return {
      w.add("Pad", {x, w.ints(pads), mode == "constant" ? value : OnnxValue()}, {{"mode", mode}})};
}

Tensors read_pad(const OnnxReader& r) {
  const Tensor& x = r.in(0);
  const Dims pads = r.ints(1);
  Dims axes = r.ints_or_none(3);
  if (!r.has(3))
    for (int64_t i = 0; i < x.dim(); ++i)
      axes.push_back(i);
  r.require(pads.size() == 2 * axes.size(), "pads {} should have two numbers for each axis", pads);
  PadAttrs a{Dims(size_t(2 * x.dim()), 0)};
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto from_last = size_t(x.dim() - 1 - wrap_dim(axes[i], x.dim()));
    a.pad[2 * from_last] = pads[i];
    a.pad[2 * from_last + 1] = pads[axes.size() + i];
  }
  while (a.pad.size() > 2 && a.pad[a.pad.size() - 1] == 0 && a.pad[a.pad.size() - 2] == 0)
    a.pad.resize(a.pad.size() - 2);  // modes other than constant take the last dimensions only
  const std::string mode = r.text("mode", "constant");
  a.mode.clear();
  for (const Mode& one : modes)
    if (one.onnx == mode)
      a.mode = one.here;
  r.require(!a.mode.empty(), "mode is '{}'", mode);
  if (mode == "constant" && r.has(2))
    a.value = r.constant(2).item_as_double();
  return {call(op::pad, {x}, a)};
}

}  // namespace hebb::onnx
