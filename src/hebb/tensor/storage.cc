#include "hebb/tensor/storage.h"

#include <mutex>
#include <utility>
#include <vector>

#include "hebb/base/pool.h"

namespace hebb {

Storage::Storage(size_t bytes, Allocator& allocator, Device device)
    : data_(allocator.allocate(bytes)), bytes_(bytes), allocator_(&allocator), device_(device) {}

Storage::Storage(void* data, size_t bytes, std::shared_ptr<const void> owner)
    : data_(data), bytes_(bytes), owner_(std::move(owner)) {}

Storage::Storage(Device without_memory) : data_(nullptr), bytes_(0), device_(without_memory) {}

struct Storage::Packed {
  std::vector<std::pair<std::string, std::shared_ptr<const Storage>>> copies;
};

namespace {
std::mutex packing;  // documented global: guards all packed copies, which are made rarely
}

std::shared_ptr<const Storage> Storage::packed(const std::string& form, size_t bytes,
                                               FunctionRef<void(void*)> pack) {
  std::lock_guard lock(packing);
  Packed* packed = packed_.load(std::memory_order_relaxed);
  if (packed)
    for (const auto& [known, copy] : packed->copies)
      if (known == form)
        return copy;
  auto copy = make_pooled<Storage>(bytes, allocator_ ? *allocator_ : cpu_allocator(), device_);
  pack(copy->data());
  if (owner_ && bytes > 0)  // who may change it without a word
    return copy;
  if (!packed)
    packed_.store(packed = new Packed, std::memory_order_release);
  packed->copies.emplace_back(form, copy);
  return copy;
}

void Storage::forget_packed() {
  std::unique_ptr<Packed> gone;  // freed after the lock
  std::lock_guard lock(packing);
  gone.reset(packed_.exchange(nullptr));
}

Storage::~Storage() {
  delete packed_.load(std::memory_order_relaxed);
  if (allocator_)
    allocator_->release(data_, bytes_);
}

}  // namespace hebb
