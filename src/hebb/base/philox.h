// Philox4x32-10, a counter-based random generator: the n-th number of a key is a pure function of
// (key, n), so the order in which numbers are drawn, and by which thread, does not matter. Source:
// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace hebb {

using PhiloxBlock = std::array<uint32_t, 4>;

// The block of four 32-bit numbers at `counter` (low and high word) of the stream `key`.
inline PhiloxBlock philox(uint64_t key, uint64_t counter, uint64_t counter_high = 0) {
  uint32_t c0 = uint32_t(counter), c1 = uint32_t(counter >> 32), c2 = uint32_t(counter_high),
           c3 = uint32_t(counter_high >> 32);
  uint32_t k0 = uint32_t(key), k1 = uint32_t(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t(0xD2511F53u) * c0, p1 = uint64_t(0xCD9E8D57u) * c2;
    c0 = uint32_t(p1 >> 32) ^ c1 ^ k0;
    c1 = uint32_t(p1);
    c2 = uint32_t(p0 >> 32) ^ c3 ^ k1;
    c3 = uint32_t(p0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {c0, c1, c2, c3};
}

// The 128 bits of a product of two words.
struct WordProduct {
  uint64_t high, low;
};
inline WordProduct multiply_words(uint64_t a, uint64_t b) {
  __extension__ using Word128 = unsigned __int128;
  const Word128 product = static_cast<Word128>(a) * b;
  return {uint64_t(product >> 64), uint64_t(product)};
}

// Mixes words into one key; the order of the words counts.
template <class... Words>
uint64_t philox_key(uint64_t seed, Words... words) {
  uint64_t key = seed;
  [[maybe_unused]] auto mix = [&](uint64_t word) {
    const PhiloxBlock b = philox(key, word, 0x6865626Bu);
    key = uint64_t(b[0]) << 32 | b[1];
  };
  (mix(uint64_t(words)), ...);
  return key;
}

// In [0, 1).
inline float unit_float(uint32_t bits) {
  return float(bits >> 8) * 0x1p-24f;
}
inline double unit_double(uint32_t hi, uint32_t lo) {
  return double((uint64_t(hi) << 32 | lo) >> 11) * 0x1p-53;
}

// A stream that is drawn from in order, for serial code (shuffles, augmentation). Two streams of
// different keys are independent.
class Philox {
 public:
  explicit Philox(uint64_t key) : key_(key) {}

  uint32_t bits() {
    if (used_ == 4) {
      block_ = philox(key_, counter_++);
      used_ = 0;
    }
    return block_[used_++];
  }
  double uniform() {  // in [0, 1)
    const uint32_t hi = bits();
    return unit_double(hi, bits());
  }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  double normal() {  // Box and Muller 1958
    const double u = 1.0 - uniform(), v = uniform();
    return std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586476925 * v);
  }
  uint64_t below(uint64_t n) {  // uniform in [0, n), without bias (Lemire 2019); n > 0
    while (true) {
      const uint32_t hi = bits();
      const uint64_t x = uint64_t(hi) << 32 | bits();
      const auto [high, low] = multiply_words(x, n);
      if (low >= n || low >= (0 - n) % n)
        return high;
    }
  }

 private:
  uint64_t key_, counter_ = 0;
  PhiloxBlock block_{};
  int used_ = 4;
};

}  // namespace hebb
