// parallel_for for bodies that may throw (files are read in them).
#pragma once

#include <cstdint>

#include "hebb/base/parallel.h"

namespace hebb::data {

// Calls body(begin, end) for chunks of [0, n) on all threads. What a body throws is thrown here: of
// several, that of the lowest chunk.
void in_parallel(int64_t n, int64_t grain, FunctionRef<void(int64_t, int64_t)> body);

// How many columns of a table a thread looks at together: they lie side by side, so a row comes
// into the cache once for all of them, and every thread has some.
int64_t columns_together(int64_t columns);

}  // namespace hebb::data
