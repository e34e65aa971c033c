// Attention of queries of one head. Over tiles of keys softmax is corrected by the largest logit so
// far (Milakov and Gimelshein 2018). Included once per instruction set, after hwy/highway.h.

#if defined(HEBB_ATTENTION_FORWARD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_ATTENTION_FORWARD_INL_H
#undef HEBB_ATTENTION_FORWARD_INL_H
#else
#define HEBB_ATTENTION_FORWARD_INL_H
#endif

#include "hebb/kernels/cpu/attention_rows-inl.h"
#include "hebb/kernels/cpu/packed_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

// The end of softmax: values added up with weights exp(logit - high), which add up to `all`.
HWY_ATTR void finish(const AttentionForward& a, int64_t query, const float* sum, float high,
                     float all) {
  scale_into(sum, all == 0 ? 0 : 1 / all, a.n.values, a.out + query * a.out_row);
  a.lse[query * a.lse_row] = high + std::log(all);
}

// Queries [begin, end), a tile, against packed keys and values.
HWY_ATTR void attend_tile(const AttentionForward& a, int64_t begin, int64_t end, float* scratch) {
  const AttentionSizes& n = a.n;
  const int64_t rows = end - begin;
  float *q = scratch, *logits = q + tile_queries * n.size, *sum = logits + tile_queries * tile_keys,
        *high = sum + tile_queries * n.values, *total_weight = high + tile_queries;
  for (int64_t r = 0; r < rows; ++r)
    scale_into(a.q + (begin + r) * a.q_row, float(n.attrs.scale), n.size, q + r * n.size);
  std::fill_n(sum, rows * n.values, 0.0f);
  std::fill_n(high, rows, no_weight);
  std::fill_n(total_weight, rows, 0.0f);
  const KeyRange seen = keys_seen(n, begin, end);
  for (int64_t s = seen.begin / tile_keys * tile_keys; s < seen.end; s += tile_keys) {
    const int64_t count = std::min(tile_keys, n.keys - s);
    multiply({.a = q,
              .a_row = n.size,
              .a_inner = 1,
              .b = a.packed_k + s * n.size,
              .panel_rows = n.size,
              .inner = n.size,
              .columns = count,
              .start = nullptr,
              .start_row = 0,
              .c = logits,
              .c_row = tile_keys},
             rows);
    for (int64_t r = 0; r < rows; ++r) {
      float* row = logits + r * tile_keys;
      add_bias(n, a.bias, begin + r, s, s + count, row);
      const float highest = std::max(high[r], largest(row, count)),
                  added = exponentials(row, count, highest);
      if (highest == no_weight)
        continue;
      const float correction = std::exp(high[r] - highest);
      total_weight[r] = total_weight[r] * correction + added;
      if (correction != 1)
        scale_into(sum + r * n.values, correction, n.values, sum + r * n.values);
      high[r] = highest;
      if (a.bias.random)
        drop(n, a.bias, begin + r, s, count, row, row);
    }
    multiply({.a = logits,
              .a_row = tile_keys,
              .a_inner = 1,
              .b = a.packed_v,
              .panel_rows = n.keys,
              .first = s,
              .inner = count,
              .columns = n.values,
              .start = sum,
              .start_row = n.values,
              .c = sum,
              .c_row = n.values},
             rows);
  }
  for (int64_t r = 0; r < rows; ++r)
    finish(a, begin + r, sum + r * n.values, high[r], total_weight[r]);
}

// One query against keys and values as they lie in memory: decoding.
HWY_ATTR void attend_one(const AttentionForward& a, int64_t query, float* weights) {
  const AttentionSizes& n = a.n;
  const KeyRange seen = keys_seen(n, query, query + 1);
  const float* q = a.q + query * a.q_row;
  const int64_t count = std::max<int64_t>(0, seen.end - seen.begin);
  for (int64_t j = 0; j < count; ++j)
    weights[j] = float(n.attrs.scale) * dot(q, a.k + (seen.begin + j) * a.k_row, n.size);
  add_bias(n, a.bias, query, seen.begin, seen.begin + count, weights);
  const float high = largest(weights, count), all = exponentials(weights, count, high);
  if (a.bias.random)
    drop(n, a.bias, query, seen.begin, count, weights, weights);
  float* out = a.out + query * a.out_row;
  for_each_lanes(n.values, [&](int64_t e, int64_t here, int64_t lanes) HWY_ATTR {
    V sum = hn::Zero(D());
    const float* v = a.v + seen.begin * a.v_row + e;
    for (int64_t j = 0; j < count; ++j, v += a.v_row)
      sum = hn::MulAdd(hn::Set(D(), weights[j]), load(v, here, lanes), sum);
    store(sum, out + e, here, lanes);
  });
  finish(a, query, out, high, all);
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
