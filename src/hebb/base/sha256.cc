#include "hebb/base/sha256.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "hebb/base/sha256_blocks.h"

namespace hebb {

void sha256_blocks_plain(uint32_t* state, const unsigned char* data, size_t blocks) {
  for (; blocks > 0; --blocks, data += 64) {
    uint32_t w[64];
    for (int t = 0; t < 16; ++t)
      w[t] = uint32_t(data[4 * t]) << 24 | uint32_t(data[4 * t + 1]) << 16 |
             uint32_t(data[4 * t + 2]) << 8 | uint32_t(data[4 * t + 3]);
    for (int t = 16; t < 64; ++t) {
      const uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
      const uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5],
             g = state[6], h = state[7];
    for (int t = 0; t < 64; ++t) {
      const uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + sha256_constants[t] + w[t];
      const uint32_t t2 =
          (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    const uint32_t sums[8] = {a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < 8; ++i)
      state[i] += sums[i];
  }
}

void Sha256::blocks(const unsigned char* data, size_t count) {
  (has_sha256_instructions() ? sha256_blocks_x86 : sha256_blocks_plain)(state_.data(), data, count);
}

void Sha256::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t filled = size_t(bytes_ % 64);
    if (filled == 0 && bytes.size() >= 64) {
      const size_t whole = bytes.size() / 64;
      blocks(reinterpret_cast<const unsigned char*>(bytes.data()), whole);
      bytes_ += 64 * whole;
      bytes.remove_prefix(64 * whole);
      continue;
    }
    const size_t n = std::min(bytes.size(), 64 - filled);
    std::memcpy(buffer_.data() + filled, bytes.data(), n);
    bytes_ += n;
    bytes.remove_prefix(n);
    if (filled + n == 64)
      blocks(buffer_.data(), 1);
  }
}

std::string Sha256::hex() {
  const uint64_t bits = bytes_ * 8;
  std::string end("\x80");
  end.append((119 - bytes_ % 64) % 64, '\0');  // up to 56 bytes of the last block
  for (int shift = 56; shift >= 0; shift -= 8)
    end += char(bits >> shift);
  add(end);
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (uint32_t word : state_)
    for (int shift = 28; shift >= 0; shift -= 4)
      out += digits[word >> shift & 15];
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

}  // namespace hebb
