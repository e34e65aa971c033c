// The CPU's allocator: freed blocks are kept by size class and handed out again, so a training step
// after the first one asks the system for nothing. Size classes: multiples of 64 bytes up to 1 KiB,
// then four steps per power of two. Small blocks go through a magazine of the thread's own, where
// no lock is taken.

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/memory.h"
#include "hebb/tensor/storage.h"

namespace hebb {
namespace {

constexpr size_t alignment = 64;
constexpr size_t huge = size_t(4) << 20;  // from here on, ask for large pages

size_t size_class(size_t bytes) {
  if (bytes <= 1024)
    return std::max(alignment, (bytes + alignment - 1) / alignment * alignment);
  const size_t step = std::bit_floor(bytes - 1) / 4;
  return (bytes + step - 1) / step * step;
}

// The number of its size class: 16 up to 1 KiB, then four per power of two.
size_t index_of(size_t size) {
  if (size <= 1024)
    return size / alignment - 1;
  const size_t power = size_t(std::bit_width(size - 1)) - 11;  // 0: above 1 KiB, up to 2 KiB
  const size_t step = size_t(256) << power;
  return 16 + 4 * power + size / step - 5;
}
constexpr size_t size_classes = 16 + 4 * 54;

constexpr size_t largest_in_magazine = size_t(32) << 10, magazine_classes = 16 + 4 * 5;
constexpr int magazine_depth = 16;  // blocks per size class

struct Magazine {
  struct Stack {
    std::array<void*, magazine_depth> blocks;
    int count = 0;
  };
  std::array<Stack, magazine_classes> stacks;
};

// Null before the thread's first block, and again after its magazine is gone: tensors in static
// objects live longer.
thread_local constinit Magazine* magazine_here = nullptr;
thread_local constinit bool magazine_over = false;

class CachingAllocator : public Allocator {
 public:
  void* allocate(size_t bytes) override {
    const size_t size = size_class(bytes);
    requests_.fetch_add(1, std::memory_order_relaxed);
    count(size);
    if (size <= largest_in_magazine)
      if (Magazine* magazine = this->magazine()) {
        Magazine::Stack& stack = magazine->stacks[index_of(size)];
        if (stack.count > 0)
          return stack.blocks[size_t(--stack.count)];
      }
    if (void* block = from_cache(size))
      return block;
    return from_system(size);
  }

  void release(void* block, size_t bytes) noexcept override {
    const size_t size = size_class(bytes);
    in_use_.fetch_sub(size, std::memory_order_relaxed);
    if (size <= largest_in_magazine)
      if (Magazine* magazine = this->magazine()) {
        Magazine::Stack& stack = magazine->stacks[index_of(size)];
        if (stack.count < magazine_depth) {
          stack.blocks[size_t(stack.count++)] = block;
          return;
        }
      }
    to_cache(block, size);
  }

  MemoryStats stats() const override {
    const uint64_t in_use = in_use_, taken = taken_;
    return {in_use, peak_, taken > in_use ? taken - in_use : 0, requests_, misses_};
  }
  void reset_peak() override { peak_ = in_use_.load(); }
  void trim() override {
    if (magazine_here)
      empty(*magazine_here);
    std::lock_guard lock(mutex_);
    for (size_t i = 0; i < size_classes; ++i) {
      for (void* block : free_[i])
        give_back(block, sizes_[i]);
      free_[i].clear();
    }
    kept_ = 0;
  }

 private:
  struct MagazineOwner {
    CachingAllocator& allocator;
    Magazine magazine;
    explicit MagazineOwner(CachingAllocator& allocator) : allocator(allocator) {
      magazine_here = &magazine;
    }
    ~MagazineOwner() {
      magazine_here = nullptr;
      magazine_over = true;
      allocator.empty(magazine);
    }
  };

  Magazine* magazine() {
    if (!magazine_here && !magazine_over) [[unlikely]] {
      thread_local MagazineOwner owner(*this);  // there is one such allocator
    }
    return magazine_here;
  }

  void empty(Magazine& magazine) noexcept {
    for (size_t i = 0; i < magazine_classes; ++i) {
      Magazine::Stack& stack = magazine.stacks[i];
      const size_t power = i < 16 ? 0 : (i - 16) / 4;
      const size_t size =
          i < 16 ? (i + 1) * alignment : (size_t(256) << power) * ((i - 16) % 4 + 5);
      while (stack.count > 0)
        to_cache(stack.blocks[size_t(--stack.count)], size);
    }
  }

  void* from_cache(size_t size) {
    std::lock_guard lock(mutex_);
    auto& list = free_[index_of(size)];
    if (list.empty())
      return nullptr;
    void* block = list.back();
    list.pop_back();
    kept_ -= size;
    return block;
  }

  void to_cache(void* block, size_t size) noexcept {
    std::lock_guard lock(mutex_);
    if (kept_ + size > most_cached_)
      return give_back(block, size);
    try {
      const size_t i = index_of(size);
      free_[i].push_back(block);
      sizes_[i] = size;
      kept_ += size;
    } catch (...) {
      give_back(block, size);
    }
  }

  void* from_system(size_t size) {
    ++misses_;
    auto allocate = [&] {
      return std::aligned_alloc(size >= huge ? 4096 : alignment,
                                size >= huge ? (size + 4095) / 4096 * 4096 : size);
    };
    void* block = allocate();
    if (!block) {
      trim();  // the cache may hold what is missing
      block = allocate();
    }
    if (!block) {
      in_use_.fetch_sub(size, std::memory_order_relaxed);
      fail(ErrorKind::io, "memory", "{} bytes cannot be allocated", size);
    }
    if (size >= huge)
      prefer_large_pages(block, size);
    taken_.fetch_add(size, std::memory_order_relaxed);
    return block;
  }
  void give_back(void* block, size_t size) noexcept {
    taken_.fetch_sub(size, std::memory_order_relaxed);
    std::free(block);
  }

  void count(size_t size) {
    const uint64_t now = in_use_.fetch_add(size, std::memory_order_relaxed) + size;
    uint64_t peak = peak_.load(std::memory_order_relaxed);
    while (now > peak && !peak_.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {}
  }

  const uint64_t most_cached_ = std::min<uint64_t>(uint64_t(4) << 30, memory_size() / 4);
  std::atomic<uint64_t> in_use_{0}, peak_{0}, requests_{0}, misses_{0};
  std::atomic<uint64_t> taken_{0};  // bytes taken from the system
  std::mutex mutex_;
  std::array<std::vector<void*>, size_classes> free_;
  std::array<size_t, size_classes> sizes_{};
  uint64_t kept_ = 0;  // bytes in free_
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
