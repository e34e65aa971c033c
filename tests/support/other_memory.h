// The memory of the tests' second device. It is there twice: tensors carry addresses that the host
// may not touch, so that a stray read ends the test at once, and the device's kernels and copies
// look at the same bytes elsewhere.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>

#include "hebb/tensor/storage.h"

namespace hebb::test {

class OtherMemory : public Allocator {
 public:
  explicit OtherMemory(size_t bytes);
  ~OtherMemory() override;
  OtherMemory(const OtherMemory&) = delete;
  OtherMemory& operator=(const OtherMemory&) = delete;

  void* allocate(size_t bytes) override;
  void release(void* data, size_t bytes) noexcept override;
  MemoryStats stats() const override;
  void reset_peak() override;
  void trim() override {}  // nothing is cached

  // The same byte where it can be read; null for an address outside this memory.
  void* readable(const void* address) const;

 private:
  size_t size_;
  char *hidden_ = nullptr, *open_ = nullptr;  // the two views of one memory
  mutable std::mutex mutex_;
  std::map<size_t, size_t> free_;  // places and sizes of the gaps
  MemoryStats stats_;
};

}  // namespace hebb::test
