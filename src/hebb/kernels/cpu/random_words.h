// Random words for the kernels of random operators. Element i of a result uses word i % 4 of Philox
// block i / 4 (f64: two words, of block i / 2), so that the numbers depend on key and position
// alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "hebb/base/philox.h"

namespace hebb::cpu {

// Elements whose words are made at a time: they stay in the cache.
inline constexpr int64_t random_piece = 2048;
// Elements per chunk of parallel_for; whole pieces.
inline constexpr int64_t random_grain = 1 << 14;

inline uint32_t random_word(uint64_t key, int64_t i) {
  return philox(key, uint64_t(i / 4))[size_t(i % 4)];
}

// An element is dropped when its word is below p * 2^32.
inline uint32_t drop_threshold(double p) {
  return uint32_t(std::min(std::round(p * 0x1p32), 4294967295.0));
}
inline double kept_scale(double p) {
  return p == 1 ? 0 : 1 / (1 - p);
}

// The 4 * blocks words from block `first` on, in vectors.
void random_words(uint64_t key, uint64_t first, int64_t blocks, uint32_t* words);

// out = word >= threshold ? x * scale : x * 0, in vectors.
void drop_words(const uint32_t* words, uint32_t threshold, float scale, const float* x, float* out,
                int64_t n);

// Pairs of words become pairs of normal numbers (Box and Muller 1958), in vectors; n is even.
void normal_words(const uint32_t* words, float mean, float std, float* out, int64_t n);

}  // namespace hebb::cpu
