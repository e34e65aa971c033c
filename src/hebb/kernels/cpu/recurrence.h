// What the plain and the fast kernels of recurrent layers share: sizes, and which rows of a tensor
// belong to a step. All operands are row-major.
#pragma once

#include "hebb/base/check.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/recurrence.h"

namespace hebb::cpu {

struct ScanSizes {
  Cell cell;
  bool reverse, keep, projected;
  int64_t times, batch, units, state, gates, kept;

  ScanSizes(const Signature& s, const Operand& gate_values, const Operand& weight_hh,
            const Operand& weight_hr)
      : cell(s.attributes<RecurrentScanAttrs>().kind()),
        reverse(s.attributes<RecurrentScanAttrs>().reverse),
        keep(s.attributes<RecurrentScanAttrs>().keep), projected(weight_hr.defined),
        times(gate_values.shape[0]), batch(gate_values.shape[1]),
        units(weight_hh.shape[0] / gates_of(cell)), state(weight_hh.shape[1]),
        gates(gates_of(cell)), kept(kept_of(cell)) {}

  int64_t gate_row() const { return gates * units; }
  int64_t kept_row() const { return kept * units; }
  // The time of a step. Steps count from the first that is computed.
  int64_t time(int64_t step) const { return reverse ? times - 1 - step : step; }
  // The time before time t in the order of steps.
  int64_t before(int64_t t) const { return reverse ? t + 1 : t - 1; }
  // Whether no step of a sequence of `length` times comes before time t.
  bool is_first(int64_t t, int64_t length) const { return t == (reverse ? length - 1 : 0); }
};

// How many times each sequence has; all of them where no lengths are given. Error: one that is not
// from 0 to the number of times.
class Lengths {
 public:
  Lengths(const Buffers& b, size_t slot, const ScanSizes& sizes)
      : lengths_(b.input<int64_t>(slot)), times_(sizes.times) {
    for (int64_t i = 0; lengths_ && i < sizes.batch; ++i)
      check(lengths_[i] >= 0 && lengths_[i] <= times_,
            "lengths[{}] is {}, should be from 0 to {}, the times of input", i, lengths_[i],
            times_);
  }
  bool given() const { return lengths_ != nullptr; }
  int64_t of(int64_t sequence) const { return lengths_ ? lengths_[sequence] : times_; }

 private:
  const int64_t* lengths_;
  int64_t times_;
};

}  // namespace hebb::cpu
