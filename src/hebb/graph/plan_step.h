// The parts of a plan: steps, each with a prepared kernel, and the buffers between them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hebb/kernels/kernel.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct PlanBuffer {
  enum class Kind : uint8_t { arena, constant, input, output, key };
  Kind kind = Kind::arena;
  size_t bytes = 0;
  int index = -1;                          // which input, output or key it is
  int first = -1, last = -1;               // the steps that write it first and read it last
  size_t place = 0;                        // in the arena
  const void* memory = nullptr;            // the memory of a constant
  std::shared_ptr<const void> keeps = {};  // keeps a constant alive
};

struct PlanPlace {
  int buffer = -1;     // -1: none
  int64_t offset = 0;  // bytes
};

struct PlanStep {
  PreparedKernel kernel = {};
  std::vector<PlanPlace> in = {}, out = {};
  PlanPlace scratch = {};
  std::string what = {};        // "convolution + add + relu", "copy"
  std::string scope = {};       // the module it ran in
  std::string_view op = {};     // the operator of its kernel
  bool is_conversion = false;   // a copy or reorder between nodes
  bool touches_caller = false;  // reads an input or writes an output
};

}  // namespace hebb
