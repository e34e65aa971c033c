// What models of LLaMA's kind are made of: attention whose heads share keys, with rotary positions;
// a feed-forward network with a gate; a block of both. Names are those of its published weights.
// Sequences are [N, length, features]. Sources: Touvron et al. 2023; Ainslie et al. 2023 (groups);
// Shazeer 2020 (SwiGLU).
#pragma once

#include <optional>

#include "hebb/base/note.h"
#include "hebb/nn/key_value_cache.h"
#include "hebb/nn/layer_norm.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/module.h"
#include "hebb/nn/rotary.h"

namespace hebb::nn {

// down_proj(silu(gate_proj(x)) * up_proj(x)).
struct SwiGLU : Module {
  Linear gate_proj, up_proj, down_proj;
  SwiGLU(Size features, Size hidden, bool bias = false);
  Tensor forward(const Tensor& x);
  HEBB_FIELDS(gate_proj, up_proj, down_proj)
};

struct GroupedQueryAttentionOptions {
  Size embed_dim, num_heads;
  std::optional<Size> num_kv_heads = {};  // heads of keys and values; none: num_heads
  std::optional<Size> head_dim = {};      // none: embed_dim / num_heads
  bool bias = false;
  std::optional<double> scale = {};        // of the products; none: 1 / sqrt(head_dim); T5 has 1
  std::optional<double> rotary_base = {};  // none: queries and keys are not turned
  int64_t window_left = -1;                // how many keys before its own place a query sees
  HEBB_FIELDS(embed_dim, num_heads, num_kv_heads, head_dim, bias, scale, rotary_base, window_left)
  static constexpr Note notes[] = {
      {.field = "embed_dim", .at_least = 1},    {.field = "num_heads", .at_least = 1},
      {.field = "num_kv_heads", .at_least = 1}, {.field = "head_dim", .at_least = 1},
      {.field = "rotary_base", .above = 1},     {.field = "window_left", .at_least = -1}};
};

struct GroupedQueryAttentionArgs {
  Tensor attn_mask = {};  // as the operator's: bools are true where a key takes part
  bool is_causal = false;
  KeyValueCache* cache = nullptr;  // x goes on from the positions there
  Tensor alibi_slopes = {};
};

struct GroupedQueryAttention : Module {
  Linear q_proj, k_proj, v_proj, o_proj;
  explicit GroupedQueryAttention(GroupedQueryAttentionOptions options);
  Tensor forward(const Tensor& x, const GroupedQueryAttentionArgs& args = {});
  HEBB_FIELDS(q_proj, k_proj, v_proj, o_proj)

 private:
  GroupedQueryAttentionOptions options_;
};

struct LlamaBlockOptions {
  Size hidden_size, num_heads, intermediate_size;
  std::optional<Size> num_kv_heads = {};
  double rms_norm_eps = 1e-6;
  double rotary_base = 10000;
};

// x + attention(norm(x)), and then that + SwiGLU(norm(that)); causal.
struct LlamaBlock : Module {
  GroupedQueryAttention self_attn;
  SwiGLU mlp;
  RMSNorm input_layernorm, post_attention_layernorm;
  explicit LlamaBlock(const LlamaBlockOptions& options);
  Tensor forward(const Tensor& x, KeyValueCache* cache = nullptr);
  HEBB_FIELDS(self_attn, mlp, input_layernorm, post_attention_layernorm)
};

}  // namespace hebb::nn
