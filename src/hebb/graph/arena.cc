#include "hebb/graph/arena.h"

#include <algorithm>
#include <numeric>

namespace hebb {
namespace {

constexpr size_t alignment = 64;

size_t aligned(size_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

// Assigns places in this order and returns the size of the block.
size_t place_in_order(std::vector<ArenaBuffer>& buffers, const std::vector<size_t>& order) {
  std::vector<size_t> placed;  // in the order of their places
  size_t block = 0;
  for (size_t i : order) {
    ArenaBuffer& buffer = buffers[i];
    const size_t bytes = aligned(buffer.bytes);
    size_t at = 0, best = SIZE_MAX, best_gap = SIZE_MAX;
    for (size_t k : placed) {
      const ArenaBuffer& other = buffers[k];
      if (other.last < buffer.first || buffer.last < other.first)
        continue;
      if (other.place >= at + bytes && other.place - at < best_gap) {
        best = at;
        best_gap = other.place - at;
      }
      at = std::max(at, other.place + aligned(other.bytes));
    }
    buffer.place = best == SIZE_MAX ? at : best;
    block = std::max(block, buffer.place + bytes);
    placed.insert(
        std::upper_bound(placed.begin(), placed.end(), i,
                         [&](size_t a, size_t b) { return buffers[a].place < buffers[b].place; }),
        i);
  }
  return block;
}

size_t peak_of(const std::vector<ArenaBuffer>& buffers) {
  size_t peak = 0;
  for (const ArenaBuffer& at : buffers) {  // the peak is at a step where some buffer begins
    size_t now = 0;
    for (const ArenaBuffer& other : buffers)
      if (other.first <= at.first && at.first <= other.last)
        now += aligned(other.bytes);
    peak = std::max(peak, now);
  }
  return peak;
}

}  // namespace

ArenaSize place_in_arena(std::vector<ArenaBuffer>& buffers) {
  std::vector<size_t> by_size(buffers.size());
  std::iota(by_size.begin(), by_size.end(), size_t(0));
  std::vector<size_t> by_time = by_size;
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return buffers[a].bytes > buffers[b].bytes; });
  std::stable_sort(by_time.begin(), by_time.end(),
                   [&](size_t a, size_t b) { return buffers[a].first < buffers[b].first; });
  std::vector<ArenaBuffer> other = buffers;
  const size_t sized = place_in_order(buffers, by_size), timed = place_in_order(other, by_time);
  if (timed < sized)
    buffers = std::move(other);
  return {std::min(sized, timed), peak_of(buffers)};
}

}  // namespace hebb
