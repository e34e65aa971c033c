// ops/softmax_onnx.cc: the ONNX form of softmax and its logarithm.

#include "hebb/ops/softmax_onnx.h"

#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/softmax.h"

namespace hebb::onnx {

OnnxValues write_softmax(OnnxWriter& w) {
  const OnnxValue x = w.in(0, w.out());
  const OnnxAttributes along = {{"axis", w.attributes<SoftmaxAttrs>().dim}};
  if (w.operand(0).dim() > 0)
    return {w.add(w.form.type, {x}, along)};
  return {w.squeeze(w.add(w.form.type, {w.unsqueeze(x, {0})}, along), {0})};
}

}  // namespace hebb::onnx
