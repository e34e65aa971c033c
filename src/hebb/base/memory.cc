#include "hebb/base/memory.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace hebb {

uint64_t memory_size() {
  static const uint64_t size = [] {
    uint64_t bytes = uint64_t(::sysconf(_SC_PHYS_PAGES)) * uint64_t(::sysconf(_SC_PAGE_SIZE)),
             limit = 0;
    for (const char* file :
         {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"})
      if (std::ifstream(file) >> limit && limit > 0)
        bytes = std::min(bytes, limit);  // "max" is not a number
    rlimit own{};                        // ulimit -v
    if (::getrlimit(RLIMIT_AS, &own) == 0 && own.rlim_cur != RLIM_INFINITY)
      bytes = std::min(bytes, uint64_t(own.rlim_cur));
    return bytes;
  }();
  return size;
}

void prefer_large_pages(void* at, size_t bytes) {
  constexpr uintptr_t page = 4096;
  const auto begin = (reinterpret_cast<uintptr_t>(at) + page - 1) / page * page,
             end = (reinterpret_cast<uintptr_t>(at) + bytes) / page * page;
  if (bytes >= large_memory && begin < end)  // where there are none, it stays as it is
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace hebb
