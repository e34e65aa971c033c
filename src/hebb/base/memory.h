// The size of the machine's memory. It bounds caches, and what files from outside may unpack to.
#pragma once

#include <cstdint>

namespace hebb {

uint64_t memory_size();  // bytes of the machine's memory, or of the share that its control group
                         // or its own limit (ulimit -v) allow this process

}  // namespace hebb
