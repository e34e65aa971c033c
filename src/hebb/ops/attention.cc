// ops/attention.cc: scaled_dot_product_attention checks and broadcasts; the entry attention
// computes, one kernel forwards and one backwards.

#include "hebb/ops/attention.h"

#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/kernels/attention.h"
#include "hebb/kernels/random.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/softmax.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/attention.def"
#include "hebb/ops/random.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// The operands of the entry attention, all of four dimensions.
struct Operands {
  Tensor query, key, value, mask, slopes, dropout_key;
  AttentionAttrs attrs;
};

// ---- in operators, with all weights in memory: for gradients that are differentiated again, and
// for those of a mask ----

// [B, K, S, n] for each head of queries: [B, H, S, n].
Tensor for_heads(const Tensor& x, int64_t heads) {
  if (x.size(1) == heads)
    return x;
  const int64_t group = heads / x.size(1);
  return reshape(expand(unsqueeze(x, 2), {x.size(0), x.size(1), group, x.size(2), x.size(3)}),
                 {x.size(0), heads, x.size(2), x.size(3)});
}
// The sums over the heads that share one of keys: the gradient of for_heads.
Tensor to_kv_heads(const Tensor& grad, int64_t kv_heads) {
  if (grad.size(1) == kv_heads)
    return grad;
  return sum(
      reshape(grad, {grad.size(0), kv_heads, grad.size(1) / kv_heads, grad.size(2), grad.size(3)}),
      {2});
}
Tensor transposed(const Tensor& x) {
  return transpose(x, -2, -1);
}

// [L, S]: how far each key is behind the query's position.
Tensor distances(const Tensor& query, const Tensor& key, int64_t offset) {
  const Device device = query.device();
  return arange(double(key.size(2)), DType::i64, device) -
         unsqueeze(arange(double(query.size(2)), DType::i64, device) + offset, 1);
}

Tensor weights_of(const Operands& o) {
  const AttentionAttrs& a = o.attrs;
  const double none = -std::numeric_limits<double>::infinity();
  Tensor logits = matmul(o.query, transposed(for_heads(o.key, o.query.size(1)))) * a.scale;
  const Tensor distance = distances(o.query, o.key, a.offset);
  if (o.slopes.defined())
    logits = logits - reshape(o.slopes, {-1, 1, 1}) * cast(abs(distance), logits.dtype());
  if (o.mask.defined())
    logits = o.mask.dtype() == DType::boolean ? where(o.mask, logits, none) : logits + o.mask;
  if (a.left >= 0)
    logits = where(distance >= -a.left, logits, none);
  if (a.right >= 0)
    logits = where(distance <= a.right, logits, none);
  if (o.key.size(2) == 0)
    return logits;
  const Tensor blind = amax(logits, {-1}, true) == none;  // queries that see nothing
  return where(blind, 0, softmax(where(blind, 0, logits), -1));
}

// What dropout multiplies the weights with; undefined without.
Tensor kept_weights(const Operands& o) {
  if (!o.dropout_key.defined() || o.attrs.dropout_p == 0)
    return {};
  const Dims shape = {o.query.size(0), o.query.size(1), o.query.size(2), o.key.size(2)};
  return call(op::dropout, {ones(shape, o.query.dtype(), o.query.device()), o.dropout_key},
              DropoutAttrs{.p = o.attrs.dropout_p});
}
Tensor times(const Tensor& x, const Tensor& kept) {
  return kept.defined() ? x * kept : x;
}

Tensor attention_in_operators(const Operands& o) {
  return matmul(times(weights_of(o), kept_weights(o)), for_heads(o.value, o.query.size(1)));
}

Grads gradients_in_operators(const Operands& o, const Tensor& grad) {
  const int64_t heads = o.query.size(1), kv_heads = o.key.size(1);
  const Tensor p = weights_of(o), kept = kept_weights(o),
               dp = times(matmul(grad, transposed(for_heads(o.value, heads))), kept),
               d = p * (dp - sum(dp * p, {-1}, true)) * o.attrs.scale;
  return {matmul(d, for_heads(o.key, heads)), to_kv_heads(matmul(transposed(d), o.query), kv_heads),
          to_kv_heads(matmul(transposed(times(p, kept)), grad), kv_heads)};
}

// ---- the entry ----

Operands operands_of(const Call& c) {
  return {c.in(0), c.in(1), c.in(2), c.in(3), c.in(4), c.in(5), c.attributes<AttentionAttrs>()};
}

Specs infer_attention(const Call& c) {
  const Tensor& q = c.in(0);
  const Dims rows = {q.size(0), q.size(1), q.size(2)};
  return {{q.dtype(), {rows[0], rows[1], rows[2], c.in(2).size(3)}}, {q.dtype(), rows}};
}

Grads attention_vjp(const Call& c, const Grads& dy) {
  Grads grads(6);
  if (!dy[0].defined())
    return grads;
  const Operands o = operands_of(c);
  const Grads found = tape().records({dy[0], o.query, o.key, o.value})
                          ? gradients_in_operators(o, dy[0])
                          : Grads(call_all(op::attention_backward,
                                           {dy[0], o.query, o.key, o.value, c.out(0), c.out(1),
                                            o.mask, o.slopes, o.dropout_key},
                                           o.attrs));
  for (size_t i = 0; i < 3; ++i)
    grads[i] = found[i];
  return grads;
}

Cost attention_cost(const Tensor& query, const Tensor& value, double products) {
  const double weights =
      double(query.size(0)) * double(query.size(1)) * double(query.size(2)) * double(value.size(2));
  return {.flops = weights * (products * double(query.size(3) + value.size(3)) + 10)};
}

// ---- the public operator ----

using SdpaAttrs = ScaledDotProductAttentionAttrs;

// Leading dimensions that broadcast: [..., heads, length, size].
Dims leading(const Tensor& x) {
  Dims dims;
  for (int64_t i = 0; i + 3 < x.dim(); ++i)
    dims.push_back(x.size(i));
  return dims;
}

// x as [B, heads, length, size], with these leading dimensions.
Tensor in_four(const Tensor& x, const Dims& lead, int64_t heads) {
  const Tensor with_heads = x.dim() == 2 ? unsqueeze(x, 0) : x;
  Dims shape = lead;
  for (int64_t size : {heads, x.size(-2), x.size(-1)})
    shape.push_back(size);
  return reshape(expand(with_heads, shape), {product(lead), heads, x.size(-2), x.size(-1)});
}

int64_t heads_of(const Tensor& x) {
  return x.dim() == 2 ? 1 : x.size(-3);
}

void check_operands(const Call& c, const SdpaAttrs& a) {
  static constexpr const char* names[] = {"query", "key", "value"};
  const Tensor &q = c.in(0), &k = c.in(1), &v = c.in(2);
  for (int i = 0; i < 3; ++i) {
    check(c.in(i).dim() >= 2, "{} {} should be [..., heads, length, size]", names[i],
          c.in(i).shape());
    check(is_floating(c.in(i).dtype()) && c.in(i).dtype() == q.dtype(), "{} is {}, should be {}",
          names[i], name(c.in(i).dtype()),
          is_floating(q.dtype()) ? "of query's dtype, " + std::string(name(q.dtype()))
                                 : std::string("floating"));
  }
  check(q.size(-1) == k.size(-1), "query {} and key {} should have the same last size", q.shape(),
        k.shape());
  check(k.size(-2) == v.size(-2), "key {} and value {} should have the same length", k.shape(),
        v.shape());
  check(heads_of(k) == heads_of(v) || !a.enable_gqa,
        "key {} and value {} should have as many heads", k.shape(), v.shape());
  check(!a.enable_gqa || (heads_of(k) > 0 && heads_of(q) % heads_of(k) == 0),
        "{} heads of query do not divide into the {} of key", heads_of(q), heads_of(k));
  check(a.dropout_p >= 0 && a.dropout_p < 1, "dropout_p is {}, should be from 0 to below 1",
        a.dropout_p);
  check(a.window_left >= -1 && a.window_right >= -1,
        "window_left is {} and window_right {}, should be -1 (all) or how many keys", a.window_left,
        a.window_right);
}

bool broadcasts_to(const Dims& from, const Dims& to) {
  bool fits = from.size() <= to.size();
  for (size_t i = 0; fits && i < from.size(); ++i)
    fits = from[i] == 1 || from[i] == to[to.size() - from.size() + i];
  return fits;
}

// The mask as [B, H, L, S], a view.
Tensor broadcast_mask(const Tensor& mask, const Dims& lead, const Tensor& q, const Tensor& k) {
  if (!mask.defined())
    return mask;
  check(mask.dtype() == DType::boolean || is_floating(mask.dtype()),
        "attn_mask is {}, should be bool or floating", name(mask.dtype()));
  Dims shape = lead;
  for (int64_t size : {q.size(1), q.size(2), k.size(2)})
    shape.push_back(size);
  check(broadcasts_to(mask.shape(), shape), "attn_mask {} should broadcast to {}", mask.shape(),
        shape);
  const Tensor all = reshape(expand(mask, shape), {q.size(0), q.size(1), q.size(2), k.size(2)});
  return mask.dtype() == DType::boolean ? all : cast(all, q.dtype());
}

Operands prepared(const Call& c) {
  const auto& a = c.attributes<SdpaAttrs>();
  check_operands(c, a);
  const Tensor &q = c.in(0), &k = c.in(1), &v = c.in(2);
  const Dims lead = broadcast(broadcast(leading(q), leading(k)), leading(v));
  const int64_t kv = a.enable_gqa ? heads_of(k) : broadcast({heads_of(k)}, {heads_of(v)})[0];
  const int64_t heads = a.enable_gqa ? heads_of(q) : broadcast({heads_of(q)}, {kv})[0];
  const bool half = q.dtype() == DType::f16 || q.dtype() == DType::bf16;
  const auto single = [&](const Tensor& x) { return half ? cast(x, DType::f32) : x; };
  Operands o{single(in_four(q, lead, heads)),
             single(in_four(k, lead, a.enable_gqa ? kv : heads)),
             single(in_four(v, lead, a.enable_gqa ? kv : heads)),
             {},
             c.in(4),
             {},
             {.scale = a.scale.value_or(1 / std::sqrt(double(std::max<int64_t>(1, q.size(-1))))),
              .left = a.window_left,
              .right = a.is_causal ? 0 : a.window_right,
              .offset = a.query_offset,
              .dropout_p = a.dropout_p}};
  o.mask = broadcast_mask(c.in(3), lead, o.query, o.key);
  if (o.slopes.defined()) {
    check(o.slopes.shape() == Dims{heads} && is_floating(o.slopes.dtype()),
          "alibi_slopes {} should be floating [{}], one a head", describe(o.slopes), heads);
    o.slopes = cast(o.slopes, o.query.dtype());
  }
  if (a.dropout_p > 0)
    o.dropout_key = draw_key();
  return o;
}

Tensors compose_attention(const Call& c) {
  const Operands o = prepared(c);
  const Tensor out =
      tape().records({o.mask, o.slopes})
          ? attention_in_operators(o)
          : call(op::attention, {o.query, o.key, o.value, o.mask, o.slopes, o.dropout_key},
                 o.attrs);
  const Tensor &q = c.in(0), &k = c.in(1), &v = c.in(2);
  Dims shape = broadcast(broadcast(leading(q), leading(k)), leading(v));
  if (std::max({q.dim(), k.dim(), v.dim()}) > 2)
    shape.push_back(out.size(1));
  shape.push_back(out.size(2));
  shape.push_back(out.size(3));
  return {cast(reshape(out, shape), q.dtype())};
}

}  // namespace

constinit const Op op::scaled_dot_product_attention = {
    .name = "scaled_dot_product_attention",
    .what =
        "softmax(query keyᵀ scale + attn_mask) value for [..., H, L, E], in memory linear in the "
        "lengths.",
    .source = "torch.nn.functional.scaled_dot_product_attention; Vaswani et al. 2017",
    .inputs = {"query", "key", "value", "attn_mask?", "alibi_slopes?"},
    .attributes = attrs_type<SdpaAttrs>,
    .no_onnx_because = "ONNX has Attention since opset 23 only, whose options are others",
    .precision = Precision::low,
    .compose = compose_attention,
};

constinit const Op op::attention = {
    .name = "attention",
    .what =
        "Attention of four dimensions [B, H, L, E], which answers also with the logarithms of the "
        "sums of exponentials.",
    .source = "Vaswani et al. 2017; Milakov and Gimelshein 2018; Dao et al. 2022",
    .inputs = {"query", "key", "value", "mask?", "slopes?", "dropout_key?"},
    .outputs = {"out", "lse"},
    .attributes = attrs_type<AttentionAttrs>,
    .no_onnx_because = "a piece of scaled_dot_product_attention",
    .precision = Precision::f32,
    .infer = infer_attention,
    .kernel = kernel::attention,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2), Keep::input(3), Keep::input(4),
             Keep::input(5), Keep::output(0), Keep::output(1)},
    .vjp = attention_vjp,
    .cost = [](const Call& c) { return attention_cost(c.in(0), c.in(2), 2); },
    .internal = true,
};

constinit const Op op::attention_backward = GradientKernel{
    .name = "attention_backward",
    .what =
        "The gradients of attention by query, key and value, from the logarithms of the sums of "
        "exponentials.",
    .source = "Dao et al. 2022",
    .inputs = {"grad", "query", "key", "value", "out", "lse", "mask?", "slopes?", "dropout_key?"},
    .outputs = {"query", "key", "value"},
    .attributes = attrs_type<AttentionAttrs>,
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(1).dtype(), c.in(1).shape()},
              {c.in(1).dtype(), c.in(2).shape()},
              {c.in(1).dtype(), c.in(3).shape()}};
    },
    .kernel = kernel::attention_backward,
    .no_gradient_because =
        "where a gradient will be differentiated again, attention's rule is written in operators "
        "instead",
    .cost = [](const Call& c) { return attention_cost(c.in(1), c.in(3), 5); },
};

Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const Tensor& attn_mask,
                                    const ScaledDotProductAttentionAttrs& options,
                                    const Tensor& alibi_slopes) {
  return call(op::scaled_dot_product_attention, {query, key, value, attn_mask, alibi_slopes},
              options);
}

}  // namespace hebb
