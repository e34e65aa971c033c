// The machine's memory: its size, which bounds caches and what files from outside may unpack to,
// and its pages.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hebb {

uint64_t memory_size();  // bytes of the machine's memory, or of the share that its control group
                         // or its own limit (ulimit -v) allow this process

// Memory that is about to be filled for the first time: where it is large, the system maps it in
// pages of megabytes rather than of 4 KB, each of which would stop the program for a moment.
inline constexpr size_t large_memory = size_t(1) << 21;  // bytes
void prefer_large_pages(void* at, size_t bytes);

// container.reserve(n), with such pages.
template <class Container>
void reserve_large(Container& container, size_t n) {
  container.reserve(n);
  prefer_large_pages(container.data(), container.capacity() * sizeof *container.data());
}

}  // namespace hebb
