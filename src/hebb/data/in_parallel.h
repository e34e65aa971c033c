// parallel_for for bodies that may throw (files are read in them).
#pragma once

#include <cstdint>

#include "hebb/base/parallel.h"

namespace hebb::data {

// Calls body(begin, end) for chunks of [0, n) on all threads. What a body throws is thrown here: of
// several, that of the lowest chunk.
void in_parallel(int64_t n, int64_t grain, FunctionRef<void(int64_t, int64_t)> body);

}  // namespace hebb::data
