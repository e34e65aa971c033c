// What the plain and the fast kernels of attention share. Queries [B, H, L, E], keys [B, K, S, E],
// values [B, K, S, V]: each of the K heads of keys serves H / K heads of queries. The last
// dimension is dense, the others may have any stride.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/kernels/attention.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/random_words.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

// The layout that kernels want of an input: the last dimension dense.
inline std::optional<Layout> dense_rows(const Operand& o) {
  if (!o.defined || o.shape.empty() || o.shape.back() <= 1 || o.strides.back() == 1)
    return std::nullopt;
  return contiguous_strides(o.shape);
}

// Steps to the rows of an operand [B, heads, length, size], and along a row.
struct HeadRows {
  int64_t batch, head, row, column;
  explicit HeadRows(const Dims& strides)
      : batch(strides[0]), head(strides[1]), row(strides[2]), column(strides[3]) {}
  // Of an input, once it has dense rows.
  static HeadRows of_input(const Operand& o) {
    const std::optional<Layout> wanted = dense_rows(o);
    return HeadRows(wanted ? wanted->strides : o.strides);
  }
  int64_t at(int64_t b, int64_t h) const { return b * batch + h * head; }
};

struct AttentionSizes {
  AttentionAttrs attrs;
  int64_t batch, heads, kv_heads, queries, keys, size, values;

  AttentionSizes(const Signature& s, size_t first)
      : attrs(s.attributes<AttentionAttrs>()), batch(s.in[first].shape[0]),
        heads(s.in[first].shape[1]), kv_heads(s.in[first + 1].shape[1]),
        queries(s.in[first].shape[2]), keys(s.in[first + 1].shape[2]), size(s.in[first].shape[3]),
        values(s.in[first + 2].shape[3]) {}

  int64_t group() const { return heads / kv_heads; }
  // The keys that a query sees: [first, end).
  int64_t first_key(int64_t query) const {
    return attrs.left < 0 ? 0 : std::clamp<int64_t>(query + attrs.offset - attrs.left, 0, keys);
  }
  int64_t end_key(int64_t query) const {
    return attrs.right < 0 ? keys
                           : std::clamp<int64_t>(query + attrs.offset + attrs.right + 1, 0, keys);
  }
  bool all_see_all() const { return attrs.left < 0 && attrs.right < 0; }
  // The first of a row's weights among all, for their random words.
  int64_t weight(int64_t b, int64_t h, int64_t query) const {
    return ((b * heads + h) * queries + query) * keys;
  }
};

// What is added to the products before softmax: a mask, broadcast to [B, H, L, S] (bools: false
// becomes -infinity), and a slope a head, times the distance (ALiBi; Press et al. 2022).
struct AttentionBias {
  bool has_mask = false, is_bool = false, has_slopes = false;
  int64_t batch = 0, head = 0, query = 0, key = 0, slope = 0;  // steps

  AttentionBias(const Operand& mask, const Operand& slopes)
      : has_mask(mask.defined), is_bool(mask.defined && mask.dtype == DType::boolean),
        has_slopes(slopes.defined), slope(slopes.defined ? slopes.strides[0] : 0) {
    if (has_mask) {
      batch = mask.strides[0];
      head = mask.strides[1];
      query = mask.strides[2];
      key = mask.strides[3];
    }
  }
  int64_t at(int64_t b, int64_t h, int64_t i) const { return b * batch + h * head + i * query; }
};

// Like those of `model`, [B, heads, length, size], with its order of heads and rows in memory.
inline Dims strides_like(const Dims& shape, const Operand& model) {
  if (model.strides[1] >= model.strides[2])
    return contiguous_strides(shape);
  return {shape[1] * shape[2] * shape[3], shape[3], shape[1] * shape[3], 1};
}

}  // namespace hebb::cpu
