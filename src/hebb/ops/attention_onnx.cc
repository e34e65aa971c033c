// ops/attention_onnx.cc: the ONNX forms of attention.

#include "hebb/ops/attention_onnx.h"

#include <cmath>
#include <limits>

#include "hebb/ops/attention.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/views.h"

namespace hebb::onnx {
namespace {

using Attrs = ScaledDotProductAttentionAttrs;
constexpr double none = -std::numeric_limits<double>::infinity();

DType computed_in(DType dtype) {
  return dtype == DType::f64 ? DType::f64 : DType::f32;
}

void check_no_dropout(const OnnxWriter& w) {
  w.require(w.attributes<Attrs>().dropout_p == 0,
            "ONNX's Dropout draws from a random state of its own, and here dropout_p is {}",
            w.attributes<Attrs>().dropout_p);
}

OnnxValue transposed(OnnxWriter& w, const OnnxValue& x, int64_t dims) {
  Dims order;
  for (int64_t i = 0; i < dims; ++i)
    order.push_back(i);
  std::swap(order[size_t(dims - 1)], order[size_t(dims - 2)]);
  return w.add("Transpose", {x}, {{"perm", order}});
}

// The operand with as many heads as query: each of keys serves several.
OnnxValue for_heads(OnnxWriter& w, int slot, DType dtype) {
  OnnxValue x = w.in(slot, dtype);
  const Tensor& given = w.operand(slot);
  const int64_t heads = w.operand(0).dim() == 2 ? 1 : w.operand(0).size(-3);
  if (!w.attributes<Attrs>().enable_gqa || given.dim() == 2 || given.size(-3) == heads)
    return x;
  Dims repeated = given.shape();
  const size_t at = repeated.size() - 2;
  repeated.insert(at, heads / given.size(-3));
  Dims joined = given.shape();
  joined[at - 1] = heads;
  return w.reshape(w.expand(w.unsqueeze(x, {int64_t(at)}), repeated), joined);
}

// Of positions: how far each key is behind its query, and which keys are seen; constants.
struct Positions {
  Tensor apart, seen;  // [L, S]: f64; bool, undefined where all are seen
};
Positions positions(const OnnxWriter& w) {
  const Attrs& a = w.attributes<Attrs>();
  const int64_t queries = w.operand(0).size(-2), keys = w.operand(1).size(-2);
  const int64_t right = a.is_causal ? 0 : a.window_right;
  std::vector<double> apart;
  std::vector<bool> seen;
  bool all = true;
  for (int64_t i = 0; i < queries; ++i) {
    for (int64_t j = 0; j < keys; ++j) {
      const int64_t distance = j - (i + a.query_offset);
      apart.push_back(std::abs(double(distance)));
      seen.push_back((a.window_left < 0 || distance >= -a.window_left) &&
                     (right < 0 || distance <= right));
      all = all && seen.back();
    }
  }
  return {Tensor::from(apart, {queries, keys}),
          all ? Tensor() : Tensor::from(seen, {queries, keys})};
}

OnnxValue logits_of(OnnxWriter& w, DType dtype) {
  const Attrs& a = w.attributes<Attrs>();
  const double size = std::max<double>(1, double(w.operand(0).size(-1)));
  const OnnxValue key = transposed(w, for_heads(w, 1, dtype), w.operand(1).dim());
  OnnxValue logits = w.add("Mul", {w.add("MatMul", {w.in(0, dtype), key}),
                                   w.number(a.scale.value_or(1 / std::sqrt(size)), dtype)});
  const Positions at = positions(w);
  if (w.has(4)) {
    const OnnxValue slopes = w.reshape(w.in(4, dtype), {-1, 1, 1});
    logits = w.add("Sub", {logits, w.add("Mul", {slopes, w.constant(at.apart.to(dtype))})});
  }
  if (w.has(3))
    logits = w.operand(3).dtype() == DType::boolean
                 ? w.where(w.given(3), logits, w.number(none, dtype))
                 : w.add("Add", {logits, w.in(3, dtype)});
  if (at.seen.defined())
    logits = w.where(w.constant(at.seen), logits, w.number(none, dtype));
  return logits;
}

bool may_see_nothing(const OnnxWriter& w) {
  const Attrs& a = w.attributes<Attrs>();
  return w.has(3) || a.window_left >= 0 || a.window_right >= 0 || a.is_causal;
}

// ---- Attention, which has four dimensions ----

// Whether ONNX's Attention says the call. A query that sees nothing is NaN there.
bool is_attention(const OnnxWriter& w) {
  const Attrs& a = w.attributes<Attrs>();
  bool four = true;
  for (int i = 0; i < 3; ++i)
    four = four && w.operand(i).dim() == 4 && w.operand(i).size(0) == w.operand(0).size(0);
  const int64_t heads = four ? w.operand(0).size(1) : 0, kv = four ? w.operand(1).size(1) : 0;
  return four && kv == w.operand(2).size(1) && (kv == heads || a.enable_gqa) && !w.has(3) &&
         !w.has(4) && a.window_left < 0 && a.window_right < 0 && a.query_offset == 0;
}

// [N, length, heads * size] -> [N, heads, length, size]; four dimensions stay.
Tensor in_heads(const OnnxReader& r, const Tensor& x, std::string_view attribute) {
  if (x.dim() == 4)
    return x;
  const int64_t heads = r.integer(attribute, 0);
  r.require(x.dim() == 3 && heads > 0 && x.size(2) % heads == 0,
            "{} is {}, which does not divide the last size of {}", attribute, heads, x.shape());
  return transpose(reshape(x, {x.size(0), x.size(1), heads, x.size(2) / heads}), 1, 2);
}

}  // namespace

OnnxValues write_attention_nodes(OnnxWriter& w) {
  check_no_dropout(w);
  const DType dtype = computed_in(w.out());
  const Tensor& out = w.call.out(0);
  if (out.numel() == 0 || w.operand(1).size(-2) == 0)
    return {w.filled(out.shape(), 0, w.out())};
  OnnxValue logits = logits_of(w, dtype);
  OnnxValue weights;
  if (may_see_nothing(w)) {
    const OnnxValue zero = w.number(0, dtype);
    const OnnxValue blind =
        w.ask("Equal", {w.reduce("ReduceMax", logits, {-1}, true), w.number(none, dtype)});
    weights = w.add("Softmax", {w.where(blind, zero, logits)}, {{"axis", -1}});
    weights = w.where(blind, zero, weights);
  } else {
    weights = w.add("Softmax", {logits}, {{"axis", -1}});
  }
  return {w.add("MatMul", {weights, for_heads(w, 2, dtype)})};
}

OnnxValues write_attention_node(OnnxWriter& w) {
  if (!is_attention(w) || w.call.out(0).numel() == 0 || w.operand(1).size(-2) == 0)
    return write_attention_nodes(w);
  check_no_dropout(w);
  const Attrs& a = w.attributes<Attrs>();
  OnnxAttributes attributes = {{"is_causal", a.is_causal}};
  if (a.scale)
    attributes.emplace_back("scale", *a.scale);
  return {w.add("Attention", {w.in(0), w.in(1), w.in(2)}, attributes)};
}

Tensors read_attention(const OnnxReader& r) {
  const Tensor q = in_heads(r, r.in(0), "q_num_heads"), k = in_heads(r, r.in(1), "kv_num_heads"),
               v = in_heads(r, r.in(2), "kv_num_heads");
  for (const std::string_view known : {"q_num_heads", "kv_num_heads", "softmax_precision"})
    r.skip(known);
  r.require(!r.has(4) && !r.has(5), "past keys and values are not read");
  r.require(!r.wants(1) && !r.wants(2) && !r.wants(3), "of its outputs only the first is read");
  r.skip("qk_matmul_output_mode");
  r.require(r.real("softcap", 0) == 0, "softcap is {}, of which only 0 is read",
            r.real("softcap", 0));
  Attrs a;
  a.is_causal = r.flag("is_causal", false);
  a.enable_gqa = q.size(1) != k.size(1);
  if (r.has("scale"))
    a.scale = r.real("scale", 0);
  const Tensor out = scaled_dot_product_attention(q, k, v, r.maybe(3), a);
  if (r.in(0).dim() == 4)
    return {out};
  return {reshape(transpose(out, 1, 2), {out.size(0), out.size(2), out.size(1) * out.size(3)})};
}

}  // namespace hebb::onnx
