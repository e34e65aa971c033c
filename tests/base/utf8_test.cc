// Where UTF-8 ends.

#include "hebb/base/utf8.h"

#include <gtest/gtest.h>

namespace hebb {
namespace {

TEST(Utf8, EndsWhereTextDoes) {
  for (std::string_view good : {"", "a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"})
    EXPECT_EQ(valid_utf8(good), good.size()) << good;
  for (std::string_view bad : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                               "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"}) {
    EXPECT_EQ(valid_utf8(bad), 0u);
    EXPECT_EQ(valid_utf8("ok" + std::string(bad)), 2u);
  }
}

}  // namespace
}  // namespace hebb
