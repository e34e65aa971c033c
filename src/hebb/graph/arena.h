// Places buffers in one block of memory. Buffers share bytes when their lifetimes do not overlap.
#pragma once

#include <cstddef>
#include <vector>

namespace hebb {

struct ArenaBuffer {
  size_t bytes = 0;
  int first = 0, last = 0;  // the steps of its lifetime, both included
  size_t place = 0;         // the result, a multiple of 64
};

struct ArenaSize {
  size_t bytes = 0, peak = 0;  // the size of the block; the most that is alive in one step
};

// Fills in `place`: largest buffers first, each at the lowest place where it fits (Pisarchyk and
// Lee, 2020, "Efficient Memory Management for Deep Neural Net Inference"). Tries the order of their
// first steps, too, and takes the smaller block.
ArenaSize place_in_arena(std::vector<ArenaBuffer>& buffers);

}  // namespace hebb
