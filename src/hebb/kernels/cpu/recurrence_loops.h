// The loops of recurrent layers that are compiled once per instruction set, as the kernels call
// them: a few sequences through all times.
#pragma once

#include <algorithm>

#include "hebb/kernels/cpu/recurrence.h"

namespace hebb::cpu {

// The operands of a scan. Null where there is none.
struct ScanMemory {
  const float *gates, *h0, *c0, *bias_n;
  float *out, *h_n, *c_n, *kept, *cells;
  const float *packed, *packed_hr;  // weight_hh and weight_hr, transposed and packed
};
struct ScanBackMemory {
  const float *grad_out, *grad_h, *grad_c, *h0, *c0, *out, *kept, *cells;
  float *gates, *grad_h0, *grad_c0, *recurrent, *hidden;
  const float *packed, *packed_hr;  // weight_hh and weight_hr, packed
};

// What a thread works on: rows of a step that follow one another in memory.
struct SequenceGroup {
  const ScanSizes& n;
  const Lengths& lengths;
  int64_t begin, rows;

  // The row of the group's first sequence in tensors over all times.
  int64_t at(int64_t t) const { return t * n.batch + begin; }
  bool runs(int64_t t, int64_t r) const { return t < lengths.of(begin + r); }
  bool any_runs(int64_t t) const {
    for (int64_t r = 0; r < rows; ++r)
      if (runs(t, r))
        return true;
    return false;
  }
};

struct ScanLoops {
  int64_t (*packed_size)(int64_t inner, int64_t columns);
  void (*pack)(const float* b, int64_t inner_step, int64_t column_step, int64_t inner,
               int64_t columns, float* to);
  void (*forward)(const ScanMemory& m, const SequenceGroup& group, float* scratch);
  void (*backward)(const ScanBackMemory& m, const SequenceGroup& group, float* scratch);
};
// Of the best instruction set.
const ScanLoops& scan_loops();

// Sequences that a thread takes at a time: enough to use what is loaded of the weights, and a
// function of the sizes alone.
inline int64_t sequences_together(const ScanSizes& n) {
  return n.batch >= 32 ? 16 : n.batch >= 16 ? 8 : n.batch >= 4 ? n.batch / 2 : 1;
}

// Floats for `rows` sequences: what ScanForward and ScanBackward lay out.
inline int64_t forward_scratch(const ScanSizes& n, int64_t rows) {
  return rows * (7 * n.units + n.state);
}
inline int64_t backward_scratch(const ScanSizes& n, int64_t rows) {
  return rows * (3 * n.units + 2 * n.state);
}

}  // namespace hebb::cpu
