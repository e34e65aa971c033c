// Places for buffers that live for a while: one block of memory in which buffers share bytes when
// their lives do not meet.
#pragma once

#include <cstddef>
#include <vector>

namespace hebb {

struct ArenaBuffer {
  size_t bytes = 0;
  int first = 0, last = 0;  // the steps it lives in, both included
  size_t place = 0;         // the answer, a multiple of 64
};

struct ArenaSize {
  size_t bytes = 0, peak = 0;  // the block; the most that lives in any one step
};

// Fills in `place`. Largest first, each at the lowest place where it fits (Pisarchyk and Lee, 2020,
// "Efficient Memory Management for Deep Neural Net Inference"), and again in the order of their
// beginnings; the smaller block counts.
ArenaSize place_in_arena(std::vector<ArenaBuffer>& buffers);

}  // namespace hebb
