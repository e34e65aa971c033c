// The CPU's allocator: freed blocks are kept by size class and handed out again, so a training step
// after the first one asks the system for nothing. Size classes: multiples of 64 bytes up to 1 KiB,
// then four steps per power of two.

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/memory.h"
#include "hebb/tensor/storage.h"

namespace hebb {
namespace {

constexpr size_t alignment = 64;
constexpr size_t huge = size_t(4) << 20;  // from here on, ask for huge pages

size_t size_class(size_t bytes) {
  if (bytes <= 1024)
    return std::max(alignment, (bytes + alignment - 1) / alignment * alignment);
  const size_t step = std::bit_floor(bytes - 1) / 4;
  return (bytes + step - 1) / step * step;
}

class CachingAllocator : public Allocator {
 public:
  ~CachingAllocator() override { trim(); }

  void* allocate(size_t bytes) override {
    const size_t size = size_class(bytes);
    {
      std::lock_guard lock(mutex_);
      ++stats_.requests;
      auto list = free_.find(size);
      if (list != free_.end() && !list->second.empty()) {
        void* block = list->second.back();
        list->second.pop_back();
        stats_.cached -= size;
        count(size);
        return block;
      }
      ++stats_.misses;
    }
    auto from_system = [&] {
      return std::aligned_alloc(size >= huge ? 4096 : alignment,
                                size >= huge ? (size + 4095) / 4096 * 4096 : size);
    };
    void* block = from_system();
    if (!block) {
      trim();  // what is cached may be just what is missing
      block = from_system();
    }
    if (!block)
      fail(ErrorKind::io, "memory", "{} bytes cannot be allocated", bytes);
    if (size >= huge)
      ::madvise(block, size, MADV_HUGEPAGE);
    std::lock_guard lock(mutex_);
    count(size);
    return block;
  }

  void release(void* block, size_t bytes) noexcept override {
    const size_t size = size_class(bytes);
    std::lock_guard lock(mutex_);
    stats_.in_use -= size;
    if (stats_.cached + size > most_cached_)
      return std::free(block);
    try {
      free_[size].push_back(block);
      stats_.cached += size;
    } catch (...) {
      std::free(block);
    }
  }

  MemoryStats stats() const override {
    std::lock_guard lock(mutex_);
    return stats_;
  }
  void reset_peak() override {
    std::lock_guard lock(mutex_);
    stats_.peak = stats_.in_use;
  }
  void trim() override {
    std::lock_guard lock(mutex_);
    for (auto& [size, blocks] : free_)
      for (void* block : blocks)
        std::free(block);
    free_.clear();
    stats_.cached = 0;
  }

 private:
  void count(size_t size) {
    stats_.in_use += size;
    stats_.peak = std::max(stats_.peak, stats_.in_use);
  }

  const uint64_t most_cached_ = std::min<uint64_t>(uint64_t(4) << 30, memory_size() / 4);
  mutable std::mutex mutex_;
  std::unordered_map<size_t, std::vector<void*>> free_;
  MemoryStats stats_;
};

std::atomic<Allocator*> replacement{nullptr};  // documented global: the user's allocator

}  // namespace

Allocator& cpu_allocator() {
  // Never destroyed: tensors in static objects release into it after main has returned.
  static CachingAllocator* built_in = new CachingAllocator;
  Allocator* other = replacement.load();
  return other ? *other : *built_in;
}

void set_cpu_allocator(Allocator* allocator) {
  replacement = allocator;
}

}  // namespace hebb
