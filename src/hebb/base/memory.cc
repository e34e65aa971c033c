#include "hebb/base/memory.h"

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

}  // namespace hebb
