// Attention of several heads, with its projections. Source: Vaswani et al. 2017. The operator:
// ops/attention.h.
#pragma once

#include <optional>
#include <utility>

#include "hebb/base/note.h"
#include "hebb/nn/key_value_cache.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

struct MultiheadAttentionOptions {
  Size embed_dim, num_heads;
  double dropout = 0;  // of the weights, while training
  bool bias = true;
  bool add_bias_kv = false;       // one more key and value, trained, behind the others
  bool add_zero_attn = false;     // one more key and value of zeros, behind the others
  std::optional<Size> kdim = {};  // the features of a key; none: embed_dim
  std::optional<Size> vdim = {};  // the features of a value; none: embed_dim
  bool batch_first = false;
  HEBB_FIELDS(embed_dim, num_heads, dropout, bias, add_bias_kv, add_zero_attn, kdim, vdim,
              batch_first)
  static constexpr Note notes[] = {{.field = "embed_dim", .at_least = 1},
                                   {.field = "num_heads", .at_least = 1},
                                   {.field = "dropout", .at_least = 0, .below = 1},
                                   {.field = "kdim", .at_least = 1},
                                   {.field = "vdim", .at_least = 1}};
};

// Which keys a query sees, and what else a call takes. As PyTorch's layers have it, bools are true
// where a key is left out; the operator has them the other way round. Floating masks are added.
struct AttentionArgs {
  Tensor attn_mask = {};             // [L, S] or [N * num_heads, L, S]
  Tensor key_padding_mask = {};      // [N, S]; [S] for one sequence
  bool is_causal = false;            // query i sees keys up to i, in memory linear in L; attn_mask
                                     // may be left out
  bool average_attn_weights = true;  // over the heads
  KeyValueCache* cache = nullptr;    // older positions of key and value; the new ones are added
};

// query [L, N, embed_dim], key [S, N, kdim], value [S, N, vdim] -> [L, N, embed_dim]; N comes first
// with batch_first, and is left out for one sequence. A query that sees no key gives zeros, and
// then the bias.
struct MultiheadAttention : Module {
  std::optional<Param> in_proj_weight;  // [3 embed_dim, embed_dim]: of query, key and value
  std::optional<Param> q_proj_weight;   // [embed_dim, embed_dim]; the three take the place of
  std::optional<Param> k_proj_weight;   // [embed_dim, kdim]       in_proj_weight where sizes
  std::optional<Param> v_proj_weight;   // [embed_dim, vdim]       differ
  std::optional<Param> in_proj_bias;    // [3 embed_dim]
  std::optional<Param> bias_k, bias_v;  // [1, 1, embed_dim]
  Linear out_proj;
  explicit MultiheadAttention(MultiheadAttentionOptions options);
  MultiheadAttention(Size embed_dim, Size num_heads)
      : MultiheadAttention(MultiheadAttentionOptions{embed_dim, num_heads}) {}
  Tensor forward(const Tensor& query, const Tensor& key, const Tensor& value,
                 const AttentionArgs& args = {});
  // PyTorch's need_weights: also the weights, after dropout, [N, L, S] or [N, heads, L, S], which
  // need memory for all of them.
  std::pair<Tensor, Tensor> with_weights(const Tensor& query, const Tensor& key,
                                         const Tensor& value, const AttentionArgs& args = {});
  // Attention to what a cache holds: of a memory whose keys and values were computed before.
  Tensor from_cache(const Tensor& query, const AttentionArgs& args);
  HEBB_FIELDS(in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias, bias_k,
              bias_v, out_proj)

  const MultiheadAttentionOptions& options() const { return options_; }

 private:
  MultiheadAttentionOptions options_;
};

}  // namespace hebb::nn
