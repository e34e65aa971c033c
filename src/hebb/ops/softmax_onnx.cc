// ops/softmax_onnx.cc: the ONNX form of softmax and its logarithm.

#include "hebb/ops/softmax_onnx.h"

#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/softmax.h"

namespace hebb::onnx {

namespace {

OnnxValue along_dim(OnnxWriter& w, std::string_view type, const OnnxValue& x) {
  const OnnxAttributes along = {{"axis", w.attributes<SoftmaxAttrs>().dim}};
  if (w.operand(0).dim() > 0)
    return w.add(type, {x}, along);
  return w.squeeze(w.add(type, {w.unsqueeze(x, {0})}, along), {0});
}

}  // namespace

OnnxValues write_softmax(OnnxWriter& w) {
  return {along_dim(w, w.form.type, w.in(0, w.out()))};
}

OnnxValues write_softmin(OnnxWriter& w) {
  return {along_dim(w, "Softmax", w.add("Neg", {w.in(0, w.out())}))};
}

}  // namespace hebb::onnx
