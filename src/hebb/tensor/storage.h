// Memory: its allocator, its owner, and the count of writes to it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "hebb/base/parallel.h"
#include "hebb/tensor/device.h"

namespace hebb {

struct MemoryStats {
  uint64_t in_use = 0, peak = 0;  // bytes held by storages now, and at most since reset_peak()
  uint64_t cached = 0;            // bytes kept for the next request, also in threads' magazines
  // Requests so far, and how many of them the cache could not serve.
  uint64_t requests = 0, misses = 0;
};

// Gives memory that is aligned to 64 bytes. Thread-safe. One per device (allocator_of(),
// set_allocator()); replaceable for tests and for users' arenas.
class Allocator {
 public:
  virtual ~Allocator() = default;
  virtual void* allocate(size_t bytes) = 0;  // never null; Error when there is no memory
  virtual void release(void* data, size_t bytes) noexcept = 0;
  virtual MemoryStats stats() const = 0;
  virtual void reset_peak() = 0;
  virtual void trim() = 0;  // gives cached memory back to the system
};

// allocator_of() and set_allocator() of the CPU: a caching allocator unless replaced.
Allocator& cpu_allocator();
void set_cpu_allocator(Allocator* allocator);

class Storage {
 public:
  Storage(size_t bytes, Allocator& allocator, Device device = {});  // device: the allocator's
  // Memory that owner keeps alive.
  Storage(void* data, size_t bytes, std::shared_ptr<const void> owner);
  explicit Storage(Device without_memory);  // meta: an identity without memory
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  void* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  Device device() const { return device_; }
  bool is_meta() const { return device_.kind == Device::Kind::meta; }

  // Counts writes after creation. A change makes tensors kept for a backward pass and packed copies
  // of weights stale.
  uint64_t version() const { return version_.load(std::memory_order_relaxed); }
  void count_write() {
    version_.fetch_add(1, std::memory_order_relaxed);
    drop_packed();
  }
  // Puts the count back after writes that were only recorded: the values are still those of that
  // version.
  void put_back_version(uint64_t version) { version_.store(version, std::memory_order_relaxed); }

  // The values in a form that a kernel wants: made by pack(memory) when there is none, and kept
  // until the values are written to (memory of somebody else: not kept, but for marks of 0 bytes).
  // form says which: the kernel's, and which part of the storage in which layout. Thread-safe;
  // writing at the same time is not.
  std::shared_ptr<const Storage> packed(const std::string& form, size_t bytes,
                                        FunctionRef<void(void*)> pack);
  void drop_packed() {
    if (packed_.load(std::memory_order_acquire)) [[unlikely]]
      forget_packed();
  }

 private:
  struct Packed;
  void forget_packed();

  void* data_;
  size_t bytes_;
  Allocator* allocator_ = nullptr;  // null: owner_ holds the memory
  std::shared_ptr<const void> owner_;
  Device device_ = {};
  std::atomic<uint64_t> version_{0};
  std::atomic<Packed*> packed_{nullptr};
};

}  // namespace hebb
