// What is said of words that are not known.
#include "hebb/base/nearest.h"

#include <gtest/gtest.h>

namespace hebb {
namespace {

using Words = std::vector<std::string>;

TEST(Nearest, AFewWordsAreListedOnceEach) {
  EXPECT_EQ(known_words("x", {"size", "side", "size"}), "'size' and 'side'");
  EXPECT_EQ(unknown_word("key", "zzzz", {"size", "side"}),
            "unknown key 'zzzz'; known are 'size' and 'side'");
  EXPECT_EQ(unknown_word("key", "zzzz", {}), "unknown key 'zzzz'; none is known here");
}

TEST(Nearest, OfManyTheNearestAndHowManyThereAre) {
  Words many;
  for (int i = 0; i < 300; ++i)
    many.push_back("column_" + std::to_string(i));
  many.insert(many.end(), {"age", "sex", "zip", "fare", "deck", "age"});
  EXPECT_EQ(unknown_word("column", "xyz", many),
            "unknown column 'xyz'; known are 305, such as 'age', 'sex', 'zip', 'fare' and 'deck'");
  EXPECT_EQ(unknown_word("column", "fares", many), "unknown column 'fares'; did you mean 'fare'?");
}

}  // namespace
}  // namespace hebb
