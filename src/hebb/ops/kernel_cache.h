// Prepared kernels by signature: preparing (a oneDNN primitive, a loop plan) is done once per
// shape.
#pragma once

#include "hebb/ops/op.h"

namespace hebb {

// The first of `kernels` that fits, from the cache when the signature was seen before. Error: none
// fits these dtypes.
PreparedKernel prepare_cached(std::string_view op, const List<Prepare, 4>& kernels,
                              const Attrs& attrs, const Signature& signature);
inline constexpr size_t most_kernels_cached = 4096;  // beyond that the oldest is dropped
size_t kernels_cached();

// While it lives, calls of this operator in this thread run kernel `index` of its entry where that
// one fits, else the last. For tests and benchmarks that hold one kernel against another; what it
// prepares is not cached. Does not nest.
class OneKernel {
 public:
  OneKernel(const Op& op, int index);
  ~OneKernel();
  OneKernel(const OneKernel&) = delete;
  OneKernel& operator=(const OneKernel&) = delete;
  int times_fitted() const { return fitted_; }

 private:
  friend PreparedKernel prepare_cached(std::string_view, const List<Prepare, 4>&, const Attrs&,
                                       const Signature&);
  const Op& op_;
  int index_, fitted_ = 0;
};

// While it lives, vector kernels run in instruction set `index` of cpu::instruction_sets() instead
// of the best one. For tests: it holds for the whole process, which should run nothing else
// meanwhile. Does not nest.
class OneInstructionSet {
 public:
  explicit OneInstructionSet(size_t index);
  ~OneInstructionSet();
  OneInstructionSet(const OneInstructionSet&) = delete;
  OneInstructionSet& operator=(const OneInstructionSet&) = delete;
};

}  // namespace hebb
