// ops/comparison_onnx.cc: the ONNX forms of comparisons and logic that are not operand for operand
// the same.

#include "hebb/ops/comparison_onnx.h"

#include "hebb/ops/comparison.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

// IsNaN and IsInf ask about floating numbers, IsInf before opset 20 about f32 and f64 only.
OnnxValue asked_about(OnnxWriter& w) {
  const OnnxValue x = w.given(0);
  const bool narrow = x.dtype == DType::f16 || x.dtype == DType::bf16;
  return !is_floating(x.dtype) || (narrow && w.opset < 20) ? w.cast(x, DType::f32) : x;
}

}  // namespace

OnnxValues write_ne(OnnxWriter& w) {
  return {w.add("Not", {w.ask("Equal", {w.in(0), w.in(1)})})};
}

// ONNX's And, Or, Xor and Not take bool only.
OnnxValues write_logic(OnnxWriter& w) {
  OnnxValues inputs;
  for (int slot = 0; slot < w.call.op().inputs.size(); ++slot)
    inputs.push_back(w.in(slot, DType::boolean));
  return {w.add(w.form.type, inputs)};
}

OnnxValues write_is(OnnxWriter& w) {
  return {w.ask(w.form.type, {asked_about(w)})};
}

Tensors read_isinf(const OnnxReader& r) {
  const bool low = r.flag("detect_negative", true), high = r.flag("detect_positive", true);
  const Tensor &x = r.in(0), infinite = isinf(x);
  if (low && high)
    return {infinite};
  return {logical_and(infinite, low ? lt(x, 0) : high ? gt(x, 0) : ne(x, x))};
}

OnnxValues write_isfinite(OnnxWriter& w) {
  const OnnxValue x = asked_about(w);
  const OnnxValue is_none = w.add("Or", {w.ask("IsNaN", {x}), w.ask("IsInf", {x})});
  return {w.add("Not", {is_none})};
}

// ONNX has a name of its own for the logic of bools.
OnnxValues write_bits(OnnxWriter& w) {
  OnnxValues inputs;
  for (int slot = 0; slot < w.call.op().inputs.size(); ++slot)
    inputs.push_back(w.in(slot));
  const std::string_view bitwise = w.form.type;
  const bool is_truth = inputs[0].dtype == DType::boolean;
  return {w.add(is_truth ? bitwise.substr(std::string_view("Bitwise").size()) : bitwise, inputs)};
}

}  // namespace hebb::onnx
