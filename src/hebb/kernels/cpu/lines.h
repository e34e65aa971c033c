// Operands as lines along one dimension: where each line starts in every operand, and the step
// along it.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <limits>

#include "hebb/kernels/cpu/axes.h"

namespace hebb::cpu {

struct Lines {
  Axes starts;  // of the line's index, row-major over the other dimensions of `shape`
  int64_t size = 1, step = 0;

  Lines() = default;
  // Walks the other dimensions of `over`, which may be smaller than the operand's.
  Lines(const Operand& operand, int64_t dim, const Dims& over) {
    if (operand.shape.empty())
      return;
    const auto axis = size_t(wrap_dim(dim, int64_t(operand.shape.size())));
    size = operand.shape[axis];
    step = operand.strides[axis];
    for (size_t i = 0; i < operand.shape.size(); ++i)
      if (i != axis)
        starts.add(over[i], operand.strides[i]);
  }
  Lines(const Operand& operand, int64_t dim) : Lines(operand, dim, operand.shape) {}
};

// How many neighbouring lines begin side by side in all operands, whose lines are numbered alike: a
// loop may go across them. 1: none do.
inline int64_t side_by_side(std::initializer_list<const Lines*> operands) {
  int64_t count = std::numeric_limits<int64_t>::max();
  for (const Lines* lines : operands)
    count = std::min(count, lines->starts.inner_is_dense() ? lines->starts.shape.back() : 1);
  return count;
}

// Calls f(line, count) for the lines from begin to end, `count` of them side by side, at most so
// many.
template <class F>
void for_each_side(int64_t begin, int64_t end, int64_t together, const F& f,
                   int64_t most = std::numeric_limits<int64_t>::max()) {
  for (int64_t line = begin; line < end;) {
    const int64_t count = std::min({end - line, together - line % together, most});
    f(line, count);
    line += count;
  }
}

// The grain of a loop over lines: enough work for a thread.
inline int64_t lines_per_chunk(int64_t size) {
  return std::max<int64_t>(1, 8192 / std::max<int64_t>(1, size));
}
// The same where so many lie side by side: those of a few cache lines stay together.
inline int64_t lines_per_chunk(int64_t size, int64_t together) {
  return std::max(lines_per_chunk(size), std::min<int64_t>(together, 128));
}

}  // namespace hebb::cpu
