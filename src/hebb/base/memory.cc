#include "hebb/base/memory.h"

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
    return bytes;
  }();
  return size;
}

}  // namespace hebb
