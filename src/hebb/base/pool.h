// A pool of small blocks of memory, for what is made and dropped all the time: bodies of tensors,
// recorded calls, attributes. Every thread keeps the blocks that it dropped, by size, in a magazine
// of its own and takes from there without a lock. Any thread may drop a block.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace hebb {

void* pool_allocate(size_t bytes);                      // 16-byte aligned; std::bad_alloc
void pool_release(void* block, size_t bytes) noexcept;  // bytes: as given to pool_allocate

template <class T>
struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) {}
  T* allocate(size_t count) { return static_cast<T*>(pool_allocate(count * sizeof(T))); }
  void deallocate(T* block, size_t count) { pool_release(block, count * sizeof(T)); }
  friend bool operator==(PoolAllocator, PoolAllocator) { return true; }
};

// std::make_shared from the pool.
template <class T, class... Args>
std::shared_ptr<T> make_pooled(Args&&... args) {
  return std::allocate_shared<T>(PoolAllocator<T>(), std::forward<Args>(args)...);
}

}  // namespace hebb
