#include "hebb/ops/kernel_cache.h"

#include <atomic>
#include <bit>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "hebb/base/check.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/kernels/devices.h"

namespace hebb {
namespace {

using Prepared = std::shared_ptr<const PreparedCall>;
struct KeyHash {
  size_t operator()(const CallKey& key) const {
    uint64_t h = 0x9E3779B97F4A7C15u;
    for (int64_t word : key)
      h = std::rotl((h ^ uint64_t(word)) * 0xff51afd7ed558ccdu, 29);
    return h;
  }
};

// All threads' calls. Bounded, because a program that never repeats a shape should not grow
// without end: the oldest goes.
class CallCache {
 public:
  Prepared find(const CallKey& key) {
    std::lock_guard lock(mutex_);
    const auto found = calls_.find(key);
    return found == calls_.end() ? nullptr : found->second;
  }
  void add(const CallKey& key, Prepared call) {
    std::lock_guard lock(mutex_);
    const auto [place, added] = calls_.emplace(key, std::move(call));
    if (!added)
      return;
    by_age_.push_back(&place->first);
    if (calls_.size() <= most_kernels_cached)
      return;
    const auto oldest = calls_.find(*by_age_.front());
    by_age_.pop_front();
    calls_.erase(oldest);
  }
  size_t size() {
    std::lock_guard lock(mutex_);
    return calls_.size();
  }

 private:
  std::mutex mutex_;
  std::unordered_map<CallKey, Prepared, KeyHash> calls_;
  std::deque<const CallKey*> by_age_;
};

CallCache& cache() {
  static CallCache* one =
      new CallCache;  // never destroyed: threads may still run when main returns
  return *one;
}

// What this thread used last, without a lock: a key has one place, where the newest replaces what
// was there.
struct Recent {
  CallKey key;
  Prepared call;
};
Recent& recent(const CallKey& key) {
  static constexpr size_t places = 512;
  thread_local std::vector<Recent> all(places);
  return all[KeyHash()(key) % places];
}

thread_local OneKernel* chosen = nullptr;
std::atomic<int64_t> instruction_set =
    0;  // part of the key: a prepared kernel holds loops of the one it was prepared in

}  // namespace

OneKernel::OneKernel(const Op& op, int index) : op_(op), index_(index) {
  promise(!chosen && index >= 0 && index < kernels_of(Device::Kind::cpu, op.kernel).size(),
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

int threads_here() {
  return is_serial_here() ? 1 : num_threads();
}

size_t kernels_cached() {
  return cache().size();
}

CallKey& begin_key(std::string_view op, int threads, bool inference, bool out_fixed) {
  thread_local CallKey key;
  key.clear();
  key.push_back(std::bit_cast<int64_t>(op.data()));  // names are literals, one per operator
  key.push_back(threads | int64_t(inference) << 16 | int64_t(out_fixed) << 17 |
                instruction_set.load(std::memory_order_relaxed) << 18);
  return key;
}

void append_to_key(CallKey& key, const Tensor& operand) {
  if (!operand.defined())
    return key.push_back(-1);
  const TensorBody& body = *operand.body();
  key.push_back(int64_t(body.dtype) | int64_t(body.number) << 7 | int64_t(body.shape.size()) << 8 |
                int64_t(body.device.kind) << 32 | int64_t(body.device.index) << 40);
  key.insert(key.end(), body.shape.begin(), body.shape.end());
  key.insert(key.end(), body.strides.begin(), body.strides.end());
}

std::shared_ptr<const PreparedCall> find_or_prepare(const CallKey& key,
                                                    FunctionRef<PreparedCall()> make) {
  if (chosen && key[0] == std::bit_cast<int64_t>(chosen->op_.name.data()))
    return std::make_shared<const PreparedCall>(make());
  Recent& here = recent(key);
  if (here.call && here.key == key)
    return here.call;
  Prepared call = cache().find(key);
  if (!call) {
    call = std::make_shared<const PreparedCall>(make());
    cache().add(key, call);
  }
  here = {key, call};
  return call;
}

PreparedKernel prepare_kernel(KernelId id, const Signature& signature) {
  const Kernels& kernels = kernels_of(signature.device.kind, id);
  const bool on_cpu = signature.device == Device::cpu;
  if (chosen && on_cpu && chosen->op_.name == signature.op) {
    PreparedKernel kernel = kernels[chosen->index_](signature);
    chosen->fitted_ += kernel != nullptr;
    if (!kernel)
      kernel = kernels[kernels.size() - 1](signature);
    if (kernel)
      return kernel;
  }
  for (int i = 0; i < kernels.size(); ++i)
    if (PreparedKernel kernel = kernels[i](signature))
      return kernel;
  std::string dtypes;
  for (const Operand& operand : signature.in)
    if (operand.defined)
      dtypes += (dtypes.empty() ? "" : ", ") + std::string(name(operand.dtype));
  if (dtypes.empty())
    dtypes = name(signature.out[0].dtype);
  check(on_cpu,
        "{} has no kernel for it ({}); .to(Device::cpu) brings its operands to where there is one",
        to_string(signature.device), dtypes);
  fail(ErrorKind::invalid, "", "is not defined for {}", dtypes);
}

}  // namespace hebb
