// Operands as lines along one dimension: where each line starts in every operand, and the step
// along it.
#pragma once

#include <algorithm>

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

// The grain of a loop over lines: enough work for a thread.
inline int64_t lines_per_chunk(int64_t size) {
  return std::max<int64_t>(1, 8192 / std::max<int64_t>(1, size));
}

}  // namespace hebb::cpu
