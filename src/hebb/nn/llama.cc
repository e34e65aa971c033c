#include "hebb/nn/llama.h"

#include "hebb/base/check.h"
#include "hebb/base/options.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/attention.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

int64_t kv_heads(const GroupedQueryAttentionOptions& o) {
  return o.num_kv_heads.value_or(o.num_heads);
}
int64_t head_size(const GroupedQueryAttentionOptions& o) {
  return o.head_dim ? int64_t(*o.head_dim) : o.embed_dim / o.num_heads;
}
Linear into_heads(const GroupedQueryAttentionOptions& o, int64_t heads) {
  return Linear({.in = o.embed_dim, .out = heads * head_size(o), .bias = o.bias});
}
GroupedQueryAttentionOptions checked(const GroupedQueryAttentionOptions& o) {
  const char* name = "GroupedQueryAttention";
  check_options(name, o);
  check_in(o.head_dim || o.embed_dim % o.num_heads == 0, ErrorKind::usage, name,
           "embed_dim {} does not divide into {} heads", int64_t(o.embed_dim),
           int64_t(o.num_heads));
  check_in(o.num_heads % kv_heads(o) == 0, ErrorKind::usage, name,
           "{} heads do not divide into groups for {} heads of keys", int64_t(o.num_heads),
           kv_heads(o));
  return o;
}

// [N, length, heads * size] -> [N, heads, length, size]
Tensor in_heads(const Tensor& x, int64_t heads) {
  return transpose(reshape(x, {x.size(0), x.size(1), heads, x.size(2) / heads}), 1, 2);
}

}  // namespace

SwiGLU::SwiGLU(Size features, Size hidden, bool bias)
    : gate_proj(features, hidden, bias), up_proj(features, hidden, bias),
      down_proj(hidden, features, bias) {}

Tensor SwiGLU::forward(const Tensor& x) {
  return down_proj(silu(gate_proj(x)) * up_proj(x));
}

GroupedQueryAttention::GroupedQueryAttention(GroupedQueryAttentionOptions o)
    : q_proj(into_heads(checked(o), o.num_heads)), k_proj(into_heads(o, kv_heads(o))),
      v_proj(into_heads(o, kv_heads(o))),
      o_proj({.in = o.num_heads * head_size(o), .out = o.embed_dim, .bias = o.bias}), options_(o) {}

Tensor GroupedQueryAttention::forward(const Tensor& x, const GroupedQueryAttentionArgs& args) {
  check(x.dim() == 3 && x.size(2) == options_.embed_dim,
        "GroupedQueryAttention: the input {} should be [N, length, {}]", x.shape(),
        int64_t(options_.embed_dim));
  const int64_t offset = args.cache ? args.cache->length() : 0;
  Tensor q = in_heads(q_proj(x), options_.num_heads), k = in_heads(k_proj(x), kv_heads(options_)),
         v = in_heads(v_proj(x), kv_heads(options_));
  if (options_.rotary_base) {
    const RotaryOptions turn = {.width = head_size(options_), .base = *options_.rotary_base};
    q = rotary(q, turn, offset);
    k = rotary(k, turn, offset);
  }
  if (args.cache) {
    args.cache->append(k, v);
    k = args.cache->key();
    v = args.cache->value();
  }
  const Tensor heads =
      scaled_dot_product_attention(q, k, v, args.attn_mask,
                                   {.is_causal = args.is_causal,
                                    .scale = options_.scale,
                                    .enable_gqa = kv_heads(options_) != options_.num_heads,
                                    .window_left = options_.window_left,
                                    .query_offset = offset},
                                   args.alibi_slopes);
  return o_proj(reshape(transpose(heads, 1, 2), {x.size(0), x.size(1), -1}));
}

LlamaBlock::LlamaBlock(const LlamaBlockOptions& o)
    : self_attn({.embed_dim = o.hidden_size,
                 .num_heads = o.num_heads,
                 .num_kv_heads = o.num_kv_heads,
                 .rotary_base = o.rotary_base}),
      mlp(o.hidden_size, o.intermediate_size),
      input_layernorm(RMSNormOptions{.shape = {o.hidden_size}, .eps = o.rms_norm_eps}),
      post_attention_layernorm(RMSNormOptions{.shape = {o.hidden_size}, .eps = o.rms_norm_eps}) {}

Tensor LlamaBlock::forward(const Tensor& x, KeyValueCache* cache) {
  const Tensor attended = x + self_attn(input_layernorm(x), GroupedQueryAttentionArgs{
                                                                .is_causal = true, .cache = cache});
  return attended + mlp(post_attention_layernorm(attended));
}

}  // namespace hebb::nn
