#include "hebb/ops/kernel_cache.h"

#include <atomic>
#include <bit>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "hebb/base/check.h"
#include "hebb/kernels/cpu_library.h"

namespace hebb {
namespace {

using Key = std::vector<int64_t>;
struct KeyHash {
  size_t operator()(const Key& key) const {
    uint64_t h = 0x9E3779B97F4A7C15u;
    for (int64_t word : key)
      h = std::rotl((h ^ uint64_t(word)) * 0xff51afd7ed558ccdu, 29);
    return h;
  }
};

// All threads' kernels. Bounded, because a program that never repeats a shape should not grow
// without end: the oldest goes.
class KernelCache {
 public:
  PreparedKernel find(const Key& key) {
    std::lock_guard lock(mutex_);
    const auto found = kernels_.find(key);
    return found == kernels_.end() ? nullptr : found->second;
  }
  void add(const Key& key, PreparedKernel kernel) {
    std::lock_guard lock(mutex_);
    const auto [place, added] = kernels_.emplace(key, std::move(kernel));
    if (!added)
      return;
    by_age_.push_back(&place->first);
    if (kernels_.size() <= most_kernels_cached)
      return;
    const auto oldest = kernels_.find(*by_age_.front());
    by_age_.pop_front();
    kernels_.erase(oldest);
  }
  size_t size() {
    std::lock_guard lock(mutex_);
    return kernels_.size();
  }

 private:
  std::mutex mutex_;
  std::unordered_map<Key, PreparedKernel, KeyHash> kernels_;
  std::deque<const Key*> by_age_;
};

KernelCache& cache() {
  static KernelCache* one =
      new KernelCache;  // never destroyed: threads may still run when main returns
  return *one;
}

// What this thread used last, without a lock: a key has one place, where the newest replaces what
// was there.
struct Recent {
  Key key;
  PreparedKernel kernel;
};
Recent& recent(const Key& key) {
  static constexpr size_t places = 512;
  thread_local std::vector<Recent> all(places);
  return all[KeyHash()(key) % places];
}

thread_local OneKernel* chosen = nullptr;
std::atomic<int64_t> instruction_set =
    0;  // part of the key: a prepared kernel holds loops of the one it was prepared in

void append(Key& key, const Operand& operand) {
  if (!operand.defined)
    return key.push_back(-1);
  key.push_back(int64_t(operand.dtype) | int64_t(operand.shape.size()) << 8);
  key.insert(key.end(), operand.shape.begin(), operand.shape.end());
  key.insert(key.end(), operand.strides.begin(), operand.strides.end());
}

}  // namespace

OneKernel::OneKernel(const Op& op, int index) : op_(op), index_(index) {
  promise(!chosen && index >= 0 && index < op.kernels.size(),
          "a kernel is chosen twice, or one that the entry does not have");
  chosen = this;
}
OneKernel::~OneKernel() {
  chosen = nullptr;
}

OneInstructionSet::OneInstructionSet(size_t index) {
  cpu::use_instruction_set(index);
  instruction_set = int64_t(index);
}
OneInstructionSet::~OneInstructionSet() {
  cpu::use_instruction_set(0);
  instruction_set = 0;
}

size_t kernels_cached() {
  return cache().size();
}

PreparedKernel prepare_cached(std::string_view op, const List<Prepare, 4>& kernels,
                              const Attrs& attrs, const Signature& signature) {
  if (chosen && chosen->op_.name == op) {
    PreparedKernel kernel = kernels[chosen->index_](signature);
    chosen->fitted_ += kernel != nullptr;
    if (!kernel)
      kernel = kernels[kernels.size() - 1](signature);
    if (kernel)
      return kernel;
  }
  thread_local Key key;
  key.clear();
  key.push_back(std::bit_cast<int64_t>(op.data()));  // names are literals, one per operator
  key.push_back(signature.threads | int64_t(signature.inference) << 16 |
                int64_t(signature.out_fixed) << 17 |
                instruction_set.load(std::memory_order_relaxed) << 18);
  key.push_back(int64_t(signature.in.size()));
  for (const Operand& operand : signature.in)
    append(key, operand);
  for (const Operand& operand : signature.out)
    append(key, operand);
  attrs.append_key(key);
  Recent& here = recent(key);
  if (here.kernel && here.key == key)
    return here.kernel;
  PreparedKernel kernel = cache().find(key);
  for (int i = 0; !kernel && i < kernels.size(); ++i)
    if ((kernel = kernels[i](signature)))
      cache().add(key, kernel);
  if (kernel) {
    here = {key, kernel};
    return kernel;
  }
  std::string dtypes;
  for (const Operand& operand : signature.in)
    if (operand.defined)
      dtypes += (dtypes.empty() ? "" : ", ") + std::string(name(operand.dtype));
  fail(ErrorKind::invalid, "", "is not defined for {}",
       dtypes.empty() ? name(signature.out[0].dtype) : dtypes);
}

}  // namespace hebb
