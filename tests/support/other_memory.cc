#include "support/other_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "hebb/base/check.h"

namespace hebb::test {
namespace {

constexpr size_t alignment = 64;

size_t rounded(size_t bytes) {
  return std::max(alignment, (bytes + alignment - 1) / alignment * alignment);
}

}  // namespace

OtherMemory::OtherMemory(size_t bytes) : size_(bytes) {
  const int file = ::memfd_create("other", MFD_CLOEXEC);
  promise(file >= 0 && ::ftruncate(file, off_t(size_)) == 0, "there is no memory for a device");
  void* hidden = ::mmap(nullptr, size_, PROT_NONE, MAP_SHARED, file, 0);
  void* open = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  promise(hidden != MAP_FAILED && open != MAP_FAILED, "a device's memory cannot be mapped twice");
  hidden_ = static_cast<char*>(hidden);
  open_ = static_cast<char*>(open);
  free_.emplace(0, size_);
}

OtherMemory::~OtherMemory() {
  ::munmap(hidden_, size_);
  ::munmap(open_, size_);
}

void* OtherMemory::allocate(size_t bytes) {
  const size_t size = rounded(bytes);
  std::lock_guard lock(mutex_);
  const auto gap =
      std::find_if(free_.begin(), free_.end(), [&](const auto& one) { return one.second >= size; });
  check_in(gap != free_.end(), ErrorKind::io, "memory", "{} bytes cannot be allocated on other",
           bytes);
  const auto [place, room] = *gap;
  free_.erase(gap);
  if (room > size)
    free_.emplace(place + size, room - size);
  ++stats_.requests;
  ++stats_.misses;
  stats_.in_use += size;
  stats_.peak = std::max(stats_.peak, stats_.in_use);
  return hidden_ + place;
}

void OtherMemory::release(void* data, size_t bytes) noexcept {
  const size_t size = rounded(bytes);
  std::lock_guard lock(mutex_);
  stats_.in_use -= size;
  auto gap = free_.emplace(size_t(static_cast<char*>(data) - hidden_), size).first;
  if (const auto next = std::next(gap);
      next != free_.end() && gap->first + gap->second == next->first) {
    gap->second += next->second;
    free_.erase(next);
  }
  if (gap == free_.begin())
    return;
  if (const auto before = std::prev(gap); before->first + before->second == gap->first) {
    before->second += gap->second;
    free_.erase(gap);
  }
}

MemoryStats OtherMemory::stats() const {
  std::lock_guard lock(mutex_);
  return stats_;
}

void OtherMemory::reset_peak() {
  std::lock_guard lock(mutex_);
  stats_.peak = stats_.in_use;
}

void* OtherMemory::readable(const void* address) const {
  const auto* at = static_cast<const char*>(address);
  return at >= hidden_ && at < hidden_ + size_ ? open_ + (at - hidden_) : nullptr;
}

}  // namespace hebb::test
