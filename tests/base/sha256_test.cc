#include "hebb/base/sha256.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "hebb/base/sha256_blocks.h"

namespace hebb {
namespace {

// Examples of NIST (FIPS 180-2, appendix B).
TEST(Sha256, Examples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Both loops, whichever of them this processor lets Sha256 take: the sum of three blocks, padded by
// hand as FIPS 180-4 says.
TEST(Sha256, BothLoopsGiveTheSumOfAMessage) {
  std::string message(64 * 2 + 10, '\0');
  for (size_t i = 0; i < message.size(); ++i)
    message[i] = char(i * i * 7 + i / 3);
  const uint64_t bits = message.size() * 8;
  std::string padded = "..." + message + '\x80';  // at any address
  padded.append(64 * 3 + 3 - 8 - padded.size(), '\0');
  for (int shift = 56; shift >= 0; shift -= 8)
    padded += char(bits >> shift & 0xff);
  std::vector<void (*)(uint32_t*, const unsigned char*, size_t)> loops = {sha256_blocks_plain};
  if (has_sha256_instructions())
    loops.push_back(sha256_blocks_x86);
  for (const auto loop : loops) {
    std::array<uint32_t, 8> state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    loop(state.data(), reinterpret_cast<const unsigned char*>(padded.data()) + 3, 1);
    loop(state.data(), reinterpret_cast<const unsigned char*>(padded.data()) + 3 + 64, 2);
    std::string hex;
    for (uint32_t word : state)
      hex += fmt::format("{:08x}", word);
    EXPECT_EQ(hex, "38d492962f146958875829c04cda7c884880cc54ce75683dae122a7971c0806e");
  }
}

TEST(Sha256, PiecesOfAnyLengthGiveTheSameSum) {
  const std::string text(300, 'x');
  for (size_t piece : {1u, 7u, 55u, 63u, 64u, 65u, 128u}) {
    Sha256 sum;
    for (size_t i = 0; i < text.size(); i += piece)
      sum.add(std::string_view(text).substr(i, piece));
    EXPECT_EQ(sum.hex(), sha256_hex(text)) << piece;
  }
  for (size_t n = 0; n < 130; ++n) {  // every place of the padding
    Sha256 sum;
    sum.add(std::string_view(text).substr(0, n / 2));
    sum.add(std::string_view(text).substr(0, n - n / 2));
    EXPECT_EQ(sum.hex(), sha256_hex(std::string(n, 'x'))) << n;
  }
}

}  // namespace
}  // namespace hebb
