#include "hebb/base/pool.h"

#include <array>
#include <cstdint>
#include <new>
#include <utility>

namespace hebb {
namespace {

constexpr size_t step = 32;  // bytes
#ifdef __SANITIZE_ADDRESS__
constexpr size_t largest = 0;  // AddressSanitizer must see every block
#else
constexpr size_t largest = 1024;
#endif
constexpr size_t classes = 1024 / step;
constexpr uint32_t most_kept = 256;  // blocks per size

struct Free {
  Free* next;
};

struct Magazine {
  std::array<Free*, classes> first{};
  std::array<uint32_t, classes> count{};

  ~Magazine() {
    for (Free* block : first)
      while (block)
        ::operator delete(std::exchange(block, block->next));
  }
};

// Null before the thread's first block and again after its magazine is gone: objects with static
// storage are destroyed later than that.
thread_local constinit Magazine* here = nullptr;
thread_local constinit bool over = false;

struct Owner {
  Magazine magazine;
  Owner() { here = &magazine; }
  ~Owner() {
    here = nullptr;
    over = true;
  }
};

Magazine* magazine() {
  if (!here && !over) [[unlikely]] {
    thread_local Owner owner;
  }
  return here;
}

size_t class_of(size_t bytes) {
  return (bytes + step - 1) / step - 1;
}

}  // namespace

void* pool_allocate(size_t bytes) {
  if (bytes == 0 || bytes > largest)
    return ::operator new(bytes);
  const size_t size = class_of(bytes);
  if (Magazine* m = magazine(); m && m->first[size]) [[likely]] {
    Free* block = m->first[size];
    m->first[size] = block->next;
    --m->count[size];
    return block;
  }
  return ::operator new((size + 1) * step);
}

void pool_release(void* block, size_t bytes) noexcept {
  if (bytes > 0 && bytes <= largest) {
    const size_t size = class_of(bytes);
    if (Magazine* m = magazine(); m && m->count[size] < most_kept) [[likely]] {
      m->first[size] = new (block) Free{m->first[size]};
      ++m->count[size];
      return;
    }
  }
  ::operator delete(block);
}

}  // namespace hebb
