#include "hebb/base/sha256.h"

#include <gtest/gtest.h>

#include "hebb/base/sha256_blocks.h"

namespace hebb {
namespace {

// Examples of NIST (FIPS 180-2, appendix B).
TEST(Sha256, Examples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, InstructionsGiveWhatPlainCodeGives) {
  if (!has_sha256_instructions()) GTEST_SKIP() << "this processor has none";
  std::string text(64 * 9, '\0');
  for (size_t i = 0; i < text.size(); ++i) text[i] = char(i * i * 7 + i / 3);
  auto* data = reinterpret_cast<const unsigned char*>(text.data());
  for (size_t blocks = 0; blocks < 9; ++blocks) {
    std::array<uint32_t, 8> plain{}, quick{};
    for (uint32_t i = 0; i < 8; ++i) plain[i] = quick[i] = 0x9e3779b9 * (i + 1);
    sha256_blocks_plain(plain.data(), data + 3, blocks);  // at any address
    sha256_blocks_x86(quick.data(), data + 3, blocks);
    EXPECT_EQ(plain, quick) << blocks;
  }
}

TEST(Sha256, PiecesOfAnyLengthGiveTheSameSum) {
  const std::string text(300, 'x');
  for (size_t piece : {1u, 7u, 55u, 63u, 64u, 65u, 128u}) {
    Sha256 sum;
    for (size_t i = 0; i < text.size(); i += piece) sum.add(std::string_view(text).substr(i, piece));
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
