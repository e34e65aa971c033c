// A cache of prepared calls. Promotion, inference and preparing a kernel (a oneDNN primitive, a
// loop plan) are done once per operator, attributes, shapes and layouts.
#pragma once

#include <memory>
#include <vector>

#include "hebb/base/parallel.h"
#include "hebb/kernels/kernel.h"
#include "hebb/ops/op.h"

namespace hebb {

// All that a call settles before it reads its operands' values.
struct PreparedCall {
  DType common = DType::f32;  // the dtype that promotion casts operands to
  // The dtype in which the kernel takes each operand. Empty: no casts.
  SmallVector<DType, 6> takes = {};
  Operands out = {};
  PreparedKernel kernel = {};
  Device device = {};  // where it runs
  int threads = 1;
};

// A key: everything that a prepared call depends on, as words. A thread has one at a time;
// begin_key() starts the next.
using CallKey = std::vector<int64_t>;
CallKey& begin_key(std::string_view op, int threads, bool inference, bool out_fixed);
void append_to_key(CallKey& key, const Tensor& operand);

// The call from the cache, or the result of make().
std::shared_ptr<const PreparedCall> find_or_prepare(const CallKey& key,
                                                    FunctionRef<PreparedCall()> make);

// The first of the id's kernels on the signature's device that fits. Error: none fits these dtypes.
PreparedKernel prepare_kernel(KernelId id, const Signature& signature);

inline constexpr size_t most_kernels_cached = 4096;  // beyond that the oldest is dropped
size_t kernels_cached();

int threads_here();  // the threads that a call of this thread may use
// What a call runs on that was prepared for this device and number of threads.
inline Runner runner(const Device& device, int threads) {
  return {device, device == Device::cpu ? nullptr : stream_of(device), threads};
}

// While it lives, calls of this operator in this thread run kernel `index` of its entry if that
// fits, else the last kernel. For tests and benchmarks that compare kernels. Calls prepared
// meanwhile are not cached. Does not nest.
class OneKernel {
 public:
  OneKernel(const Op& op, int index);
  ~OneKernel();
  OneKernel(const OneKernel&) = delete;
  OneKernel& operator=(const OneKernel&) = delete;
  int times_fitted() const { return fitted_; }

 private:
  friend PreparedKernel prepare_kernel(KernelId, const Signature&);
  friend std::shared_ptr<const PreparedCall> find_or_prepare(const CallKey&,
                                                             FunctionRef<PreparedCall()>);
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
