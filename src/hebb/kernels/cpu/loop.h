// One loop nest for every elementwise kernel: operands of a common shape with any strides. Axes are
// ordered by the output's strides and merged where memory allows, so dense operands of equal layout
// become one long run.
#pragma once

#include <cstdint>

#include "hebb/base/parallel.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

// Handles n elements: operand k's i-th element is at data[k] + i * stride[k] bytes. The output is
// operand 0.
using Inner = void (*)(int64_t n, char* const* data, const int64_t* stride);

class LoopNest {
 public:
  // Outputs first. Inputs are broadcast to the outputs' shape.
  LoopNest(const Operands& outputs, const Operands& inputs);

  // Calls inner over all elements, in parallel above grain elements.
  void run(char* const* data, FunctionRef<void(int64_t, char* const*, const int64_t*)> inner) const;

  int64_t count() const { return count_; }
  static constexpr size_t most_operands = 8;

 private:
  // Elements per chunk: 128 KiB of f32, a few microseconds of work.
  static constexpr int64_t grain = 1 << 15;
  Dims shape_;                 // merged, outer axes first
  std::vector<Dims> strides_;  // per operand, in bytes
  int64_t count_ = 0;
};

}  // namespace hebb::cpu
