// softmax(Q Kᵀ scale + bias) V and its gradients, f32, in tiles: memory is linear in the lengths.
// Softmax is corrected from tile to tile by the largest logit so far (Milakov and Gimelshein 2018);
// the gradient makes the weights again from the logarithm of their sum (Dao et al. 2022). Compiled
// once per instruction set.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/attention_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/packed_product-inl.h"
#include "hebb/kernels/cpu/simd_math-inl.h"

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/attention.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/loop_pieces.h"

#ifndef HEBB_ATTENTION_SIMD_ONCE
#define HEBB_ATTENTION_SIMD_ONCE
namespace hebb::cpu {

// Queries and keys of a tile. The keys are whole panels of a packed product in every instruction
// set; a tile of weights and what it is multiplied with stay in the first cache.
constexpr int64_t tile_queries = 48, tile_keys = 128;
// With fewer queries than these the keys are not packed: that would take longer than the products.
constexpr int64_t few_queries = 6;

// What is added to the logits of one head, and how its weights are dropped.
struct HeadBias {
  const void* mask;  // of the head's query 0 and key 0
  AttentionBias steps;
  float slope;
  const uint64_t* random;  // null: no dropout
  int64_t first_weight;    // of the head's query 0
};

struct AttentionForward {
  const AttentionSizes& n;
  HeadBias bias;
  const float *q, *k, *v;  // of the head
  int64_t q_row, k_row, v_row;
  const float *packed_k, *packed_v;  // Kᵀ and V
  float* out;
  int64_t out_row;
  float* lse;
  int64_t lse_row;
};

// One head of keys with the heads of queries that it serves.
struct AttentionGradients {
  const AttentionSizes& n;
  const float *k, *v;
  int64_t k_row, v_row;
  float *dk, *dv;
  int64_t dk_row, dv_row;
  struct Head {
    HeadBias bias;
    const float *q, *grad, *out, *lse;
    int64_t q_row, grad_row, out_row, lse_row;
    float* dq;
    int64_t dq_row;
  };
  const Head* heads;
};

struct AttentionLoops {
  int64_t (*packed_size)(int64_t inner, int64_t columns);
  void (*pack)(const float* b, int64_t inner_step, int64_t column_step, int64_t inner,
               int64_t columns, float* to);
  // Queries [begin, end), at most tile_queries; scratch: forward_floats().
  void (*forward)(const AttentionForward& a, int64_t begin, int64_t end, float* scratch);
  void (*few)(const AttentionForward& a, int64_t query, float* weights);  // one query
  void (*backward)(const AttentionGradients& a, float* scratch);
};

inline int64_t attention_floats(const AttentionSizes& n) {  // what forward() lays out
  return tile_queries * (n.size + tile_keys + n.values + 2);
}

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

constexpr float no_weight = -std::numeric_limits<float>::infinity();

// The keys [begin, end) that any query of [first, last) sees.
struct KeyRange {
  int64_t begin, end;
};
inline KeyRange keys_seen(const AttentionSizes& n, int64_t first, int64_t last) {
  if (n.all_see_all())
    return {0, n.keys};
  return {n.first_key(first), n.end_key(last - 1)};
}

// Adds what there is besides the product to the logits of a query and the keys [begin, end).
HWY_ATTR void add_bias(const AttentionSizes& n, const HeadBias& bias, int64_t query, int64_t begin,
                       int64_t end, float* logits) {
  const D d;
  if (bias.steps.has_slopes) {
    const auto at = float(query + n.attrs.offset - begin);
    const V slope = hn::Set(d, bias.slope);
    for_each_lanes(end - begin, [&](int64_t j, int64_t here, int64_t lanes) HWY_ATTR {
      const V distance = hn::Abs(hn::Sub(hn::Set(d, at), hn::Iota(d, float(j))));
      store(hn::NegMulAdd(slope, distance, load(logits + j, here, lanes)), logits + j, here, lanes);
    });
  }
  if (bias.steps.has_mask) {
    const int64_t step = bias.steps.key, first = query * bias.steps.query + begin * step;
    if (bias.steps.is_bool) {
      const bool* mask = static_cast<const bool*>(bias.mask) + first;
      for (int64_t j = 0; j < end - begin; ++j)
        logits[j] = mask[j * step] ? logits[j] : no_weight;
    } else {
      const float* mask = static_cast<const float*>(bias.mask) + first;
      if (step == 1)
        for_each_lanes(end - begin, [&](int64_t j, int64_t here, int64_t lanes) HWY_ATTR {
          store(hn::Add(load(mask + j, here, lanes), load(logits + j, here, lanes)), logits + j,
                here, lanes);
        });
      else
        for (int64_t j = 0; j < end - begin; ++j)
          logits[j] += mask[j * step];
    }
  }
  if (n.all_see_all())
    return;
  const int64_t seen = std::clamp(n.first_key(query), begin, end),
                beyond = std::clamp(n.end_key(query), seen, end);
  std::fill(logits, logits + (seen - begin), no_weight);
  std::fill(logits + (beyond - begin), logits + (end - begin), no_weight);
}

// The factors of dropout for the weights of a query and the keys [begin, end).
HWY_ATTR void drop(const AttentionSizes& n, const HeadBias& bias, int64_t query, int64_t begin,
                   int64_t count, const float* from, float* to) {
  alignas(64) uint32_t words[tile_keys + 8];
  const uint32_t threshold = drop_threshold(n.attrs.dropout_p);
  const auto scale = float(kept_scale(n.attrs.dropout_p));
  for (int64_t at = 0; at < count; at += tile_keys) {
    const int64_t first = bias.first_weight + query * n.keys + begin + at, skip = first % 4,
                  here = std::min(tile_keys, count - at);
    random_words(*bias.random, uint64_t(first / 4), (skip + here + 3) / 4, words);
    drop_words(words + skip, threshold, scale, from + at, to + at, here);
  }
}

HWY_ATTR float largest(const float* x, int64_t n) {
  const D d;
  V high = hn::Set(d, no_weight);
  float rest = no_weight;
  const auto lanes = int64_t(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    high = hn::Max(high, hn::LoadU(d, x + i));
  for (; i < n; ++i)
    rest = std::max(rest, x[i]);
  return std::max(rest, hn::GetLane(hn::MaxOfLanes(d, high)));
}

// x = exp(x - high); the sum. Lanes beyond n do not count.
HWY_ATTR float exponentials(float* x, int64_t n, float high) {
  const D d;
  const V from = hn::Set(d, high);
  V sum = hn::Zero(d);
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    V y = exp_lanes(hn::Sub(load(x + i, here, lanes), from));
    if (here < lanes)
      y = hn::IfThenElseZero(hn::FirstN(d, size_t(here)), y);
    store(y, x + i, here, lanes);
    sum = hn::Add(sum, y);
  });
  return total(sum);
}

HWY_ATTR void scale_into(const float* from, float factor, int64_t n, float* to) {
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    store(hn::Mul(load(from + i, here, lanes), hn::Set(D(), factor)), to + i, here, lanes);
  });
}

HWY_ATTR float dot(const float* a, const float* b, int64_t n) {
  V sum = hn::Zero(D());
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    sum = hn::MulAdd(load(a + i, here, lanes), load(b + i, here, lanes), sum);
  });
  return total(sum);
}

// ---- forward ----

HWY_ATTR void forward(const AttentionForward& a, int64_t begin, int64_t end, float* scratch) {
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
      const float highest = std::max(high[r], largest(row, count));
      if (highest == no_weight) {
        std::fill_n(row, count, 0.0f);
        continue;
      }
      const float correction = std::exp(high[r] - highest);
      total_weight[r] = total_weight[r] * correction + exponentials(row, count, highest);
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
  for (int64_t r = 0; r < rows; ++r) {
    scale_into(sum + r * n.values, total_weight[r] == 0 ? 0 : 1 / total_weight[r], n.values,
               a.out + (begin + r) * a.out_row);
    a.lse[(begin + r) * a.lse_row] = high[r] + std::log(total_weight[r]);
  }
}

// One query against keys and values as they lie in memory: decoding.
HWY_ATTR void few(const AttentionForward& a, int64_t query, float* weights) {
  const AttentionSizes& n = a.n;
  const KeyRange seen = keys_seen(n, query, query + 1);
  const float* q = a.q + query * a.q_row;
  const int64_t count = std::max<int64_t>(0, seen.end - seen.begin);
  for (int64_t j = 0; j < count; ++j)
    weights[j] = float(n.attrs.scale) * dot(q, a.k + (seen.begin + j) * a.k_row, n.size);
  add_bias(n, a.bias, query, seen.begin, seen.begin + count, weights);
  const float high = largest(weights, count);
  float all = 0;
  if (high == no_weight)
    std::fill_n(weights, count, 0.0f);
  else
    all = exponentials(weights, count, high);
  if (a.bias.random)
    drop(n, a.bias, query, seen.begin, count, weights, weights);
  float* out = a.out + query * a.out_row;
  const float share = all == 0 ? 0 : 1 / all;
  for_each_lanes(n.values, [&](int64_t e, int64_t here, int64_t lanes) HWY_ATTR {
    V sum = hn::Zero(D());
    const float* v = a.v + seen.begin * a.v_row + e;
    for (int64_t j = 0; j < count; ++j, v += a.v_row)
      sum = hn::MulAdd(hn::Set(D(), weights[j]), load(v, here, lanes), sum);
    store(hn::Mul(sum, hn::Set(D(), share)), out + e, here, lanes);
  });
  a.lse[query * a.lse_row] = high + std::log(all);
}

// ---- backward ----

// Takes floats from scratch memory, one piece after the other.
struct Take {
  float* at;
  float* operator()(int64_t count) {
    float* here = at;
    at += (count + 15) / 16 * 16;  // vectors are aligned
    return here;
  }
};

struct BackwardMemory {
  float *keys, *values, *key_rows;    // Kᵀ, Vᵀ and K, packed
  float *queries, *grads;             // Q and the gradient of the result, packed
  float *weights, *products, *along;  // a tile, its gradients, and one number a query
  BackwardMemory(const AttentionSizes& n, float* scratch) {
    Take take{scratch};
    keys = take(packed_size(n.size, n.keys));
    values = take(packed_size(n.values, n.keys));
    key_rows = take(packed_size(n.keys, n.size));
    queries = take(packed_size(n.queries, n.size));
    grads = take(packed_size(n.queries, n.values));
    weights = take(tile_queries * tile_keys);
    products = take(tile_queries * tile_keys);
    along = take(n.queries);
  }
};

// A tile of weights from its logits: dropped ones in `kept`, and in `d` the gradients of the
// logits times scale, from those of the weights.
HWY_ATTR void logit_gradients(const float* weights, const float* grads, float along, float scale,
                              int64_t n, float* d) {
  for_each_lanes(n, [&](int64_t j, int64_t here, int64_t lanes) HWY_ATTR {
    const V g = hn::Sub(load(grads + j, here, lanes), hn::Set(D(), along));
    store(hn::Mul(hn::Mul(load(weights + j, here, lanes), g), hn::Set(D(), scale)), d + j, here,
          lanes);
  });
}

class Gradients {
 public:
  Gradients(const AttentionGradients& a, float* scratch) : a_(a), n_(a.n), m_(a.n, scratch) {}

  void run() {
    pack_panels(a_.k, 1, a_.k_row, n_.size, n_.keys, m_.keys);
    pack_panels(a_.v, 1, a_.v_row, n_.values, n_.keys, m_.values);
    pack_panels(a_.k, a_.k_row, 1, n_.keys, n_.size, m_.key_rows);
    for (int64_t j = 0; j < n_.keys; ++j) {
      std::fill_n(a_.dk + j * a_.dk_row, n_.size, 0.0f);
      std::fill_n(a_.dv + j * a_.dv_row, n_.values, 0.0f);
    }
    for (int64_t h = 0; h < n_.group(); ++h)
      head(a_.heads[h]);
  }

 private:
  void head(const AttentionGradients::Head& h) {
    pack_panels(h.q, h.q_row, 1, n_.queries, n_.size, m_.queries);
    pack_panels(h.grad, h.grad_row, 1, n_.queries, n_.values, m_.grads);
    for (int64_t i = 0; i < n_.queries; ++i) {
      m_.along[i] = dot(h.grad + i * h.grad_row, h.out + i * h.out_row, n_.values);
      std::fill_n(h.dq + i * h.dq_row, n_.size, 0.0f);
    }
    for (int64_t begin = 0; begin < n_.queries; begin += tile_queries) {
      const int64_t end = std::min(n_.queries, begin + tile_queries);
      const KeyRange seen = keys_seen(n_, begin, end);
      for (int64_t s = seen.begin / tile_keys * tile_keys; s < seen.end; s += tile_keys)
        tile_gradients(h, begin, end, s, std::min(tile_keys, n_.keys - s));
    }
  }

  void tile_gradients(const AttentionGradients::Head& h, int64_t begin, int64_t end, int64_t s,
                      int64_t count) {
    const int64_t rows = end - begin;
    make_weights(h, begin, rows, s, count);
    multiply({.a = h.grad + begin * h.grad_row,
              .a_row = h.grad_row,
              .a_inner = 1,
              .b = m_.values + s * n_.values,
              .panel_rows = n_.values,
              .inner = n_.values,
              .columns = count,
              .start = nullptr,
              .start_row = 0,
              .c = m_.products,
              .c_row = tile_keys},
             rows);
    drop_and_take(h, begin, rows, s, count);
    // dK += dᵀ Q, dQ += d K
    multiply({.a = m_.products,
              .a_row = 1,
              .a_inner = tile_keys,
              .b = m_.queries,
              .panel_rows = n_.queries,
              .first = begin,
              .inner = rows,
              .columns = n_.size,
              .start = a_.dk + s * a_.dk_row,
              .start_row = a_.dk_row,
              .c = a_.dk + s * a_.dk_row,
              .c_row = a_.dk_row},
             count);
    float* dq = h.dq + begin * h.dq_row;
    multiply({.a = m_.products,
              .a_row = tile_keys,
              .a_inner = 1,
              .b = m_.key_rows,
              .panel_rows = n_.keys,
              .first = s,
              .inner = count,
              .columns = n_.size,
              .start = dq,
              .start_row = h.dq_row,
              .c = dq,
              .c_row = h.dq_row},
             rows);
  }

  // The weights of a tile, from the logarithms of their sums.
  void make_weights(const AttentionGradients::Head& h, int64_t begin, int64_t rows, int64_t s,
                    int64_t count) {
    multiply({.a = h.q + begin * h.q_row,
              .a_row = h.q_row,
              .a_inner = 1,
              .b = m_.keys + s * n_.size,
              .panel_rows = n_.size,
              .inner = n_.size,
              .columns = count,
              .start = nullptr,
              .start_row = 0,
              .c = m_.weights,
              .c_row = tile_keys},
             rows);
    for (int64_t r = 0; r < rows; ++r) {
      float* row = m_.weights + r * tile_keys;
      const float lse = h.lse[(begin + r) * h.lse_row];
      scale_into(row, float(n_.attrs.scale), count, row);
      add_bias(n_, h.bias, begin + r, s, s + count, row);
      if (lse == no_weight)
        std::fill_n(row, count, 0.0f);
      else
        exponentials(row, count, lse);
    }
  }

  // dV += (weights, dropped)ᵀ grad; products become the gradients of the logits.
  void drop_and_take(const AttentionGradients::Head& h, int64_t begin, int64_t rows, int64_t s,
                     int64_t count) {
    const auto scale = float(n_.attrs.scale);
    alignas(64) float dropped[tile_queries * tile_keys];
    float* kept = m_.weights;
    if (h.bias.random) {
      kept = dropped;
      for (int64_t r = 0; r < rows; ++r) {
        float* grads = m_.products + r * tile_keys;
        drop(n_, h.bias, begin + r, s, count, m_.weights + r * tile_keys, kept + r * tile_keys);
        drop(n_, h.bias, begin + r, s, count, grads, grads);
      }
    }
    float* dv = a_.dv + s * a_.dv_row;
    multiply({.a = kept,
              .a_row = 1,
              .a_inner = tile_keys,
              .b = m_.grads,
              .panel_rows = n_.queries,
              .first = begin,
              .inner = rows,
              .columns = n_.values,
              .start = dv,
              .start_row = a_.dv_row,
              .c = dv,
              .c_row = a_.dv_row},
             count);
    for (int64_t r = 0; r < rows; ++r)
      logit_gradients(m_.weights + r * tile_keys, m_.products + r * tile_keys, m_.along[begin + r],
                      scale, count, m_.products + r * tile_keys);
  }

  const AttentionGradients& a_;
  const AttentionSizes& n_;
  BackwardMemory m_;
};

HWY_ATTR void backward(const AttentionGradients& a, float* scratch) {
  Gradients(a, scratch).run();
}

}  // namespace

const AttentionLoops* attention_loops() {
  static constexpr AttentionLoops loops{packed_size, pack_panels, forward, few, backward};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {

HWY_EXPORT(attention_loops);
namespace {

const AttentionLoops& attention_functions() {
  return *HWY_DYNAMIC_DISPATCH(attention_loops)();
}

// At most 64 pieces.
LoopPieces pieces_of(Kernel& kernel, int64_t count, int64_t floats) {
  return {kernel, count, (count + 63) / 64, floats};
}

// The bias of heads, from the slots mask, slopes, random key.
class Biases {
 public:
  Biases(const Signature& s, size_t first, const AttentionSizes& n)
      : first_(first), steps_(s.in[first], s.in[first + 1]), n_(n),
        drops_(s.in[first + 2].defined && n.attrs.dropout_p > 0) {}

  HeadBias of(const Buffers& b, int64_t batch, int64_t h) const {
    const int64_t at = steps_.has_mask ? steps_.at(batch, h, 0) : 0;
    const void* mask = nullptr;
    if (steps_.has_mask)
      mask = steps_.is_bool ? static_cast<const void*>(b.input<bool>(first_) + at)
                            : static_cast<const void*>(b.input<float>(first_) + at);
    return {mask, steps_, steps_.has_slopes ? b.input<float>(first_ + 1)[h * steps_.slope] : 0,
            drops_ ? b.input<uint64_t>(first_ + 2) : nullptr, n_.weight(batch, h, 0)};
  }

 private:
  size_t first_;
  AttentionBias steps_;
  AttentionSizes n_;
  bool drops_;
};

class AttentionSimd : public Kernel {
 public:
  explicit AttentionSimd(const Signature& s)
      : n_(s, 0), q_(HeadRows::of_input(s.in[0])), k_(HeadRows::of_input(s.in[1])),
        v_(HeadRows::of_input(s.in[2])), biases_(s, 3, n_), few_(n_.queries < few_queries),
        tiles_((n_.queries + tile_queries - 1) / tile_queries) {
    name = "simd";
    if (!few_) {
      packed_k_ =
          align_up(size_t(attention_functions().packed_size(n_.size, n_.keys)) * sizeof(float));
      packed_v_ =
          align_up(size_t(attention_functions().packed_size(n_.keys, n_.values)) * sizeof(float));
      scratch_bytes = size_t(n_.batch * n_.kv_heads) * (packed_k_ + packed_v_);
    }
    const int64_t heads = n_.batch * n_.heads;
    pieces_ = pieces_of(*this, few_ ? heads * n_.queries : heads * tiles_,
                        few_ ? n_.keys : attention_floats(n_));
    for (size_t i = 0; i < 3; ++i)
      wants_in.push_back(dense_rows(s.in[i]));
    out_ = s.out_fixed ? s.out[0].strides : strides_like(s.out[0].shape, s.in[0]);
    lse_ = s.out_fixed ? s.out[1].strides : contiguous_strides(s.out[1].shape);
    gives_out = {out_, lse_};
  }

  void run(const Buffers& b) const override {
    const int64_t kv = n_.batch * n_.kv_heads;
    if (!few_)
      parallel_for(kv, 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
          pack(b, i);
      });
    const int64_t each = few_ ? n_.queries : tiles_;
    pieces_->run(b, [&](int64_t begin, int64_t end, float* scratch) {
      for (int64_t i = begin; i < end; ++i)
        one(of(b, i / each / n_.heads, i / each % n_.heads), i % each, scratch);
    });
  }

 private:
  float* packed(const Buffers& b, int64_t i) const {
    return reinterpret_cast<float*>(static_cast<char*>(b.scratch) +
                                    size_t(i) * (packed_k_ + packed_v_));
  }
  void pack(const Buffers& b, int64_t i) const {
    const int64_t batch = i / n_.kv_heads, h = i % n_.kv_heads;
    float* to = packed(b, i);
    attention_functions().pack(b.input<float>(1) + k_.at(batch, h), 1, k_.row, n_.size, n_.keys,
                               to);
    attention_functions().pack(b.input<float>(2) + v_.at(batch, h), v_.row, 1, n_.keys, n_.values,
                               to + packed_k_ / sizeof(float));
  }
  // The query or the tile of queries of this index.
  void one(const AttentionForward& head, int64_t index, float* scratch) const {
    if (few_)
      attention_functions().few(head, index, scratch);
    else
      attention_functions().forward(head, index * tile_queries,
                                    std::min(n_.queries, (index + 1) * tile_queries), scratch);
  }
  AttentionForward of(const Buffers& b, int64_t batch, int64_t h) const {
    const int64_t kv = h / n_.group();
    const float* keys = few_ ? nullptr : packed(b, batch * n_.kv_heads + kv);
    return {n_,
            biases_.of(b, batch, h),
            b.input<float>(0) + q_.at(batch, h),
            b.input<float>(1) + k_.at(batch, kv),
            b.input<float>(2) + v_.at(batch, kv),
            q_.row,
            k_.row,
            v_.row,
            keys,
            few_ ? nullptr : keys + packed_k_ / sizeof(float),
            b.output<float>(0) + batch * out_[0] + h * out_[1],
            out_[2],
            b.output<float>(1) + batch * lse_[0] + h * lse_[1],
            lse_[2]};
  }

  AttentionSizes n_;
  HeadRows q_, k_, v_;
  Biases biases_;
  bool few_;
  int64_t tiles_;
  size_t packed_k_ = 0, packed_v_ = 0;
  std::optional<LoopPieces> pieces_;
  Dims out_, lse_;
};

int64_t backward_floats(const AttentionSizes& n) {  // what BackwardMemory lays out
  const auto packed = [](int64_t inner, int64_t columns) {
    return attention_functions().packed_size(inner, columns) + 16;
  };
  return packed(n.size, n.keys) + packed(n.values, n.keys) + packed(n.keys, n.size) +
         packed(n.queries, n.size) + packed(n.queries, n.values) + 2 * tile_queries * tile_keys +
         n.queries + 64;
}

// Operands: grad, query, key, value, out, lse, mask, slopes, random key.
class AttentionBackwardSimd : public Kernel {
 public:
  explicit AttentionBackwardSimd(const Signature& s)
      : n_(s, 1), grad_(HeadRows::of_input(s.in[0])), q_(HeadRows::of_input(s.in[1])),
        k_(HeadRows::of_input(s.in[2])), v_(HeadRows::of_input(s.in[3])),
        out_(HeadRows::of_input(s.in[4])), lse_(s.in[5].strides), biases_(s, 6, n_),
        pieces_(pieces_of(*this, n_.batch * n_.kv_heads, backward_floats(n_))) {
    name = "simd";
    for (size_t i = 0; i < 5; ++i)
      wants_in.push_back(dense_rows(s.in[i]));
    for (size_t i = 0; i < 3; ++i)
      gives_out.emplace_back(s.out_fixed ? s.out[i].strides
                                         : strides_like(s.out[i].shape, s.in[i + 1]));
  }

  void run(const Buffers& b) const override {
    pieces_.run(b, [&](int64_t begin, int64_t end, float* scratch) {
      for (int64_t i = begin; i < end; ++i)
        one(b, i / n_.kv_heads, i % n_.kv_heads, scratch);
    });
  }

 private:
  // One head of keys with the heads of queries that it serves.
  void one(const Buffers& b, int64_t batch, int64_t kv, float* scratch) const {
    const Dims &dq = gives_out[0]->strides, &dk = gives_out[1]->strides,
               &dv = gives_out[2]->strides;
    SmallVector<AttentionGradients::Head, 8> heads;
    for (int64_t h = kv * n_.group(); h < (kv + 1) * n_.group(); ++h)
      heads.push_back({biases_.of(b, batch, h), b.input<float>(1) + q_.at(batch, h),
                       b.input<float>(0) + grad_.at(batch, h),
                       b.input<float>(4) + out_.at(batch, h),
                       b.input<float>(5) + batch * lse_[0] + h * lse_[1], q_.row, grad_.row,
                       out_.row, lse_[2], b.output<float>(0) + batch * dq[0] + h * dq[1], dq[2]});
    attention_functions().backward(
        {n_, b.input<float>(2) + k_.at(batch, kv), b.input<float>(3) + v_.at(batch, kv), k_.row,
         v_.row, b.output<float>(1) + batch * dk[0] + kv * dk[1],
         b.output<float>(2) + batch * dv[0] + kv * dv[1], dk[2], dv[2], heads.data()},
        scratch);
  }

  AttentionSizes n_;
  HeadRows grad_, q_, k_, v_, out_;
  Dims lse_;
  Biases biases_;
  LoopPieces pieces_;
};

// All f32 but a mask of bools and the random key; something to do.
bool attention_suits(const Signature& s, size_t mask) {
  for (size_t i = 0; i < mask; ++i)
    if (s.in[i].defined && s.in[i].dtype != DType::f32)
      return false;
  if (s.in[mask].defined && s.in[mask].dtype != DType::f32 && s.in[mask].dtype != DType::boolean)
    return false;
  if (s.in[mask + 1].defined && s.in[mask + 1].dtype != DType::f32)
    return false;
  for (const Operand& o : s.out)
    if (s.out_fixed && (product(o.shape) == 0 || (o.shape.back() > 1 && o.strides.back() != 1)))
      return false;
  for (size_t i = 0; i < mask; ++i)
    if (product(s.in[i].shape) == 0)
      return false;
  return true;
}

}  // namespace

namespace impl {

PreparedKernel attention_simd(const Signature& s) {
  return attention_suits(s, 3) ? make_kernel<AttentionSimd>(s) : nullptr;
}
PreparedKernel attention_backward_simd(const Signature& s) {
  return attention_suits(s, 6) ? make_kernel<AttentionBackwardSimd>(s) : nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
