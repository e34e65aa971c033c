#include "hebb/base/xxh64.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hebb {
namespace {

std::string hash(std::string_view text) {
  Xxh64 sum;
  sum.add(text.data(), text.size());
  return sum.hex();
}

TEST(Xxh64, KnownAnswers) {  // printed by xxhsum -H64
  EXPECT_EQ(hash(""), "ef46db3751d8e999");
  EXPECT_EQ(hash("a"), "d24ec4f1a98c6e5b");
  EXPECT_EQ(hash("abc"), "44bc2cf5ad770999");
  EXPECT_EQ(hash("Nobody inspects the spammish repetition"), "fbcea83c8a378bf1");
}

TEST(Xxh64, PiecesGiveTheSameAsTheWhole) {
  std::string text(200, ' ');
  for (size_t i = 0; i < text.size(); ++i)
    text[i] = char(i * 7);
  for (size_t length : {0, 1, 31, 32, 33, 63, 64, 100, 200})
    for (size_t piece : {1, 3, 31, 32, 40}) {
      Xxh64 sum;
      for (size_t at = 0; at < length; at += piece)
        sum.add(text.data() + at, std::min(piece, length - at));
      EXPECT_EQ(sum.hex(), hash(std::string_view(text).substr(0, length)))
          << length << " in pieces of " << piece;
    }
}

}  // namespace
}  // namespace hebb
