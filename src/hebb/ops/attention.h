// Attention. L queries, S keys, E values of a query or key, V of a value.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct ScaledDotProductAttentionAttrs {
  double dropout_p = 0;              // of the weights, always: nothing here knows of training
  bool is_causal = false;            // query i sees keys up to i (plus query_offset)
  std::optional<double> scale = {};  // of the products; 1 / sqrt(E)
  bool enable_gqa = false;           // each head of keys serves several heads of queries
  // A sliding window: how many keys before and behind its position a query sees; -1: all.
  int64_t window_left = -1, window_right = -1;
  // The position of the first query among the keys. While decoding, as many keys are older than
  // the query: S - L.
  int64_t query_offset = 0;
  HEBB_FIELDS(dropout_p, is_causal, scale, enable_gqa, window_left, window_right, query_offset)
};

// softmax(query keyᵀ scale + attn_mask) value, in memory linear in L and S. query [..., H, L, E],
// key [..., K, S, E], value [..., K, S, V] -> [..., H, L, V]; leading dimensions broadcast, and
// without enable_gqa H and K do, too. attn_mask, to be broadcast to [..., H, L, S]: bools, true
// where a key takes part, or floating, added to the products. alibi_slopes [H]: -slope |distance|
// is added. A query that sees no key gives zeros. Computed in f32 for f16 and bf16.
// Error: shapes and dtypes that do not fit.
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const Tensor& attn_mask = {},
                                    const ScaledDotProductAttentionAttrs& options = {},
                                    const Tensor& alibi_slopes = {});

}  // namespace hebb
