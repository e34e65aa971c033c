// ops/layer_norm_onnx.cc: the ONNX forms of normalisation.

#include "hebb/ops/layer_norm_onnx.h"

#include "hebb/ops/entries.h"
#include "hebb/ops/normalized.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

// The operand, or `value` everywhere where it is left out: ONNX's cannot be.
OnnxValue given_or(OnnxWriter& w, int slot, double value, const Dims& shape) {
  return w.has(slot) ? w.in(slot) : w.filled(shape, value, w.operand(0).dtype());
}

OnnxValue batch_normalized(OnnxWriter& w, double eps) {
  w.require(w.has(1) && w.has(2), "ONNX's BatchNormalization needs running statistics");
  const Dims channels = {w.operand(0).size(1)};
  return w.add(
      "BatchNormalization",
      {w.in(0), given_or(w, 3, 1, channels), given_or(w, 4, 0, channels), w.given(1), w.given(2)},
      {{"epsilon", eps}});
}

// [C] as [C, 1, ...], beside [N, C, ...].
OnnxValue per_channel(OnnxWriter& w, int slot) {
  Dims shape(size_t(w.operand(0).dim() - 1), 1);
  shape[0] = w.operand(0).size(1);
  return w.reshape(w.in(slot), shape);
}

void check_not_empty(const OnnxWriter& w) {
  w.require(w.operand(0).numel() > 0, "ONNX normalises no empty tensors");
}

// As many of the last dimensions as lie from `axis` on.
Dims sizes_from(const OnnxReader& r) {
  const Tensor& x = r.in(0);
  Dims sizes;
  for (int64_t i = wrap_dim(r.integer("axis", -1), x.dim()); i < x.dim(); ++i)
    sizes.push_back(x.size(i));
  const int64_t stash = r.integer("stash_type", 1);
  r.require(stash == 1, "stash_type is {}, of which only f32's, 1, is read", stash);
  return sizes;
}

Tensor spread(const Tensor& tensor, const Dims& shape) {
  return tensor.defined() && tensor.shape() != shape ? expand(tensor, shape) : tensor;
}

}  // namespace

OnnxValues write_batch_norm(OnnxWriter& w) {
  const auto& a = w.attributes<BatchNormAttrs>();
  w.require(!a.training,
            "ONNX's BatchNormalization keeps another variance in training than PyTorch's: that of "
            "n, not of n - 1");
  return {batch_normalized(w, a.eps)};
}

Tensors read_batch_norm(const OnnxReader& r) {
  r.require(!r.flag("training_mode", false), "training_mode is 1, of which only 0 is read");
  r.skip("momentum");
  return {batch_norm(r.in(0), r.in(3), r.in(4), r.in(1), r.in(2),
                     {.training = false, .eps = r.real("epsilon", 1e-5)})};
}

OnnxValues write_layer_norm(OnnxWriter& w) {
  const auto& a = w.attributes<LayerNormAttrs>();
  check_not_empty(w);
  const OnnxValue scale = given_or(w, 1, 1, a.normalized_shape);
  return {w.add("LayerNormalization", {w.in(0), scale, w.in(2)},
                {{"axis", -int64_t(a.normalized_shape.size())}, {"epsilon", a.eps}})};
}

Tensors read_layer_norm(const OnnxReader& r) {
  const Dims sizes = sizes_from(r);
  return {layer_norm(r.in(0), sizes, spread(r.in(1), sizes), spread(r.maybe(2), sizes),
                     r.real("epsilon", 1e-5))};
}

OnnxValues write_group_norm(OnnxWriter& w) {
  const auto& a = w.attributes<GroupNormAttrs>();
  check_not_empty(w);
  const Dims channels = {w.operand(0).size(1)};
  const OnnxValue scale = given_or(w, 1, 1, channels), bias = given_or(w, 2, 0, channels);
  return {w.add("GroupNormalization", {w.in(0), scale, bias},
                {{"num_groups", a.num_groups}, {"epsilon", a.eps}})};
}

// Before opset 21: each group as one channel of InstanceNormalization.
OnnxValues write_group_norm_by_instances(OnnxWriter& w) {
  const auto& a = w.attributes<GroupNormAttrs>();
  check_not_empty(w);
  const Tensor& x = w.operand(0);
  const OnnxValue grouped = w.reshape(w.in(0), {x.size(0), a.num_groups, -1}),
                  one = w.filled({a.num_groups}, 1, x.dtype()),
                  zero = w.filled({a.num_groups}, 0, x.dtype());
  OnnxValue out = w.reshape(
      w.add("InstanceNormalization", {grouped, one, zero}, {{"epsilon", a.eps}}), x.shape());
  if (w.has(1))
    out = w.add("Mul", {out, per_channel(w, 1)});
  if (w.has(2))
    out = w.add("Add", {out, per_channel(w, 2)});
  return {out};
}

Tensors read_group_norm(const OnnxReader& r) {
  const int64_t stash = r.integer("stash_type", 1);
  r.require(stash == 1, "stash_type is {}, of which only f32's, 1, is read", stash);
  return {
      group_norm(r.in(0), r.integer("num_groups", 1), r.in(1), r.in(2), r.real("epsilon", 1e-5))};
}

OnnxValues write_instance_norm(OnnxWriter& w) {
  const auto& a = w.attributes<InstanceNormAttrs>();
  check_not_empty(w);
  if (!a.use_input_stats)
    return {batch_normalized(w, a.eps)};
  const Dims channels = {w.operand(0).size(1)};
  const OnnxValue scale = given_or(w, 3, 1, channels), bias = given_or(w, 4, 0, channels);
  return {w.add("InstanceNormalization", {w.in(0), scale, bias}, {{"epsilon", a.eps}})};
}

Tensors read_instance_norm(const OnnxReader& r) {
  return {instance_norm(r.in(0), {}, {}, r.in(1), r.in(2), {.eps = r.real("epsilon", 1e-5)})};
}

OnnxValues write_rms_norm(OnnxWriter& w) {
  const auto& a = w.attributes<RmsNormAttrs>();
  check_not_empty(w);
  const DType dtype = w.operand(0).dtype();
  const OnnxValue scale = given_or(w, 1, 1, a.normalized_shape);
  return {w.add("RMSNormalization", {w.in(0), scale},
                {{"axis", -int64_t(a.normalized_shape.size())},
                 {"epsilon", a.eps.value_or(rms_epsilon(dtype))}})};
}

// Before opset 23. f16 and bf16 in f32: the square of 300 is no f16.
OnnxValues write_rms_norm_out(OnnxWriter& w) {
  const auto& a = w.attributes<RmsNormAttrs>();
  check_not_empty(w);
  const DType dtype = w.operand(0).dtype();
  Dims last;
  for (int64_t i = int64_t(a.normalized_shape.size()); i > 0; --i)
    last.push_back(-i);
  const OnnxValue x = w.in(0, statistics_dtype(dtype)),
                  mean = w.reduce("ReduceMean", w.add("Mul", {x, x}), last, true),
                  eps = w.number(a.eps.value_or(rms_epsilon(dtype)), x.dtype),
                  root = w.add("Sqrt", {w.add("Add", {mean, eps})});
  const OnnxValue out = w.add("Div", {x, root});
  return {w.has(1) ? w.add("Mul", {out, w.in(1, x.dtype)}) : out};
}

Tensors read_rms_norm(const OnnxReader& r) {
  const Dims sizes = sizes_from(r);
  return {rms_norm(r.in(0), sizes, spread(r.in(1), sizes), r.real("epsilon", 1e-5))};
}

}  // namespace hebb::onnx
