// Bytes and numbers as a page shows them.

#include "hebb/page/html.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hebb::page {
namespace {

TEST(Html, Base64) {  // RFC 4648, 10
  const char* pairs[][2] = {{"", ""},
                            {"f", "Zg=="},
                            {"fo", "Zm8="},
                            {"foo", "Zm9v"},
                            {"foob", "Zm9vYg=="},
                            {"fooba", "Zm9vYmE="},
                            {"foobar", "Zm9vYmFy"},
                            {"\xff\xfe\xfd", "//79"}};
  for (const auto& [plain, coded] : pairs)
    EXPECT_EQ(base64(plain), coded);
}

TEST(Html, Numbers) {
  EXPECT_EQ(number(0.92341), "0.9234");
  EXPECT_EQ(number(81.7), "81.70");
  EXPECT_EQ(number(std::nan("")), "–");
}

}  // namespace
}  // namespace hebb::page
