// The gradients of attention, one head of keys at a time. The weights are made again from the
// logarithm of their sum (Dao et al. 2022). Included once per instruction set, after
// hwy/highway.h.

#if defined(HEBB_ATTENTION_BACKWARD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_ATTENTION_BACKWARD_INL_H
#undef HEBB_ATTENTION_BACKWARD_INL_H
#else
#define HEBB_ATTENTION_BACKWARD_INL_H
#endif

#include "hebb/kernels/cpu/attention_rows-inl.h"
#include "hebb/kernels/cpu/packed_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

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

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
