// The loops of attention that are compiled once per instruction set, as the kernels call them: a
// tile of queries of one head, and the gradients of one head of keys.
#pragma once

#include <algorithm>

#include "hebb/kernels/cpu/attention.h"

namespace hebb::cpu {

// Queries and keys of a tile. The keys are whole panels of a packed product in every instruction
// set; a tile of weights and what it is multiplied with stay in the first cache.
constexpr int64_t tile_queries = 48, tile_keys = 128;

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
  // Queries [begin, end), at most tile_queries; scratch: attention_floats().
  void (*forward)(const AttentionForward& a, int64_t begin, int64_t end, float* scratch);
  void (*one)(const AttentionForward& a, int64_t query, float* weights);
  void (*backward)(const AttentionGradients& a, float* scratch);
};

// Of the best instruction set.
const AttentionLoops& attention_loops();

inline int64_t attention_floats(const AttentionSizes& n) {  // what forward() lays out
  return tile_queries * (n.size + tile_keys + n.values + 2);
}

}  // namespace hebb::cpu
