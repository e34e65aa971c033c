// ops/activation_onnx.cc: the ONNX forms of activations that are not operand for operand the same.

#include "hebb/ops/activation_onnx.h"

#include <cmath>

#include "hebb/ops/activation.h"
#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {

OnnxValues write_relu6(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  return {w.add("Clip", {x, w.number(0, x.dtype), w.number(6, x.dtype)})};
}

OnnxValues write_hardtanh(OnnxWriter& w) {
  const auto& a = w.attributes<HardtanhAttrs>();
  const OnnxValue x = w.in(0);
  return {w.add("Clip", {x, w.number(a.min_val, x.dtype), w.number(a.max_val, x.dtype)})};
}

OnnxValues write_prelu(OnnxWriter& w) {
  const int64_t rank = w.operand(0).dim();
  OnnxValue slope = w.in(1, w.out());
  Dims shape(size_t(rank), 1);
  if (rank > 1)
    shape[1] = w.operand(1).numel();
  return {w.add("PRelu", {w.in(0, w.out()), w.reshape(slope, shape)})};
}

Tensors read_prelu(const OnnxReader& r) {
  const Tensor &x = r.in(0), &slope = r.in(1);
  const bool per_channel = x.dim() > 1 && slope.dim() == x.dim() - 1 &&
                           slope.numel() == x.size(1) && slope.size(0) == x.size(1);
  const bool per_channel_of_one = x.dim() > 1 && slope.dim() == x.dim() &&
                                  slope.numel() == x.size(1) && slope.size(1) == x.size(1);
  if (slope.numel() == 1 || per_channel || per_channel_of_one)
    return {call(op::prelu, {x, reshape(slope, {slope.numel()})})};
  return {where(lt(x, 0), x * slope, x)};
}

OnnxValues write_hardsigmoid(OnnxWriter& w) {
  return {w.add("HardSigmoid", {w.in(0)}, {{"alpha", 1.0 / 6}, {"beta", 0.5}})};
}

Tensors read_hardsigmoid(const OnnxReader& r) {
  const double alpha = r.real("alpha", 0.2), beta = r.real("beta", 0.5);
  if (float(alpha) == float(1.0 / 6) && beta == 0.5)
    return {call(op::hardsigmoid, {r.in(0)})};
  return {clamp(r.in(0) * alpha + beta, 0, 1)};
}

OnnxValues write_threshold(OnnxWriter& w) {
  const auto& a = w.attributes<ThresholdAttrs>();
  const OnnxValue x = w.in(0);
  const OnnxValue low = w.ask("LessOrEqual", {x, w.number(a.threshold, x.dtype)});
  return {w.where(low, w.number(a.value, x.dtype), x)};
}

// Unlike torch.threshold, ONNX gives 0 for NaN.
Tensors read_thresholded_relu(const OnnxReader& r) {
  return {where(gt(r.in(0), r.real("alpha", 1)), r.in(0), 0)};
}

OnnxValues write_hardshrink(OnnxWriter& w) {
  return {
      w.add("Shrink", {w.in(0)}, {{"lambd", w.attributes<ShrinkAttrs>().lambd}, {"bias", 0.0}})};
}

OnnxValues write_softshrink(OnnxWriter& w) {
  const double lambd = w.attributes<ShrinkAttrs>().lambd;
  return {w.add("Shrink", {w.in(0)}, {{"lambd", lambd}, {"bias", lambd}})};
}

Tensors read_shrink(const OnnxReader& r) {
  const double lambd = r.real("lambd", 0.5), bias = r.real("bias", 0);
  const Tensor& x = r.in(0);
  if (bias == 0)
    return {call(op::hardshrink, {x}, ShrinkAttrs{lambd})};
  if (bias == lambd)
    return {call(op::softshrink, {x}, ShrinkAttrs{lambd})};
  return {where(lt(x, -lambd), x + bias, where(gt(x, lambd), x - bias, 0))};
}

OnnxValues write_silu(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  return {w.add("Mul", {x, w.add("Sigmoid", {x})})};
}

Tensors read_swish(const OnnxReader& r) {
  const double alpha = r.real("alpha", 1);
  const Tensor& x = r.in(0);
  return {alpha == 1 ? call(op::silu, {x}) : x * call(op::sigmoid, {x * alpha})};
}

OnnxValues write_mish(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  return {w.add("Mul", {x, w.add("Tanh", {w.add("Softplus", {x})})})};
}

// From 20 on the straight line and the curve are one to f32's digits, and ONNX has the curve only.
OnnxValues write_softplus(OnnxWriter& w) {
  const auto& a = w.attributes<SoftplusAttrs>();
  const OnnxValue x = w.in(0);
  if (a.beta == 1 && a.threshold >= 20)
    return {w.add("Softplus", {x})};
  const OnnxValue beta = w.number(a.beta, x.dtype), scaled = w.add("Mul", {x, beta}),
                  curve = w.add("Div", {w.add("Softplus", {scaled}), beta});
  if (a.threshold >= 20)
    return {curve};
  const OnnxValue is_line = w.ask("Greater", {scaled, w.number(a.threshold, x.dtype)});
  return {w.where(is_line, x, curve)};
}

OnnxValues write_logsigmoid(OnnxWriter& w) {
  return {w.add("Neg", {w.add("Softplus", {w.add("Neg", {w.in(0)})})})};
}

OnnxValues write_tanhshrink(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  return {w.add("Sub", {x, w.add("Tanh", {x})})};
}

// As ONNX's own definition of Gelu, which came with opset 20.
OnnxValues write_gelu(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  const auto number = [&](double v) { return w.number(v, x.dtype); };
  OnnxValue share;
  if (w.attributes<GeluAttrs>().approximate == "tanh") {
    const OnnxValue square = w.add("Mul", {x, x}),
                    bend = w.add("Add", {w.add("Mul", {square, number(0.044715)}), number(1)}),
                    inner = w.add("Mul", {w.add("Mul", {x, bend}), number(std::sqrt(2 / M_PI))});
    share = w.add("Tanh", {inner});
  } else {
    share = w.add("Erf", {w.add("Mul", {x, number(std::sqrt(0.5))})});
  }
  return {w.add("Mul", {w.add("Mul", {x, number(0.5)}), w.add("Add", {share, number(1)})})};
}

}  // namespace hebb::onnx
