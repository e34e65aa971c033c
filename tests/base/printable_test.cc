#include "hebb/base/printable.h"

#include <gtest/gtest.h>

#include "hebb/base/error.h"

namespace hebb {
namespace {

TEST(Printable, ControlCharactersAreEscapedAndTheRestStays) {
  EXPECT_EQ(printable("Schuhe, 靴, ½"), "Schuhe, 靴, ½");
  EXPECT_EQ(printable("\x1B]0;x\x07"), "\\x1B]0;x\\x07");
  EXPECT_EQ(printable("a\nb\tc\x7F"), "a\\x0Ab\\x09c\\x7F");
  EXPECT_EQ(printable("a\nb\tc\r", true), "a\nb\tc\\x0D");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\x9B31m");  // CSI as one character
  EXPECT_EQ(printable("\xC2\xA0 \xC2"), "\xC2\xA0 \xC2");
}

TEST(Printable, AnErrorsFirstLineStandsAlone) {
  const Error error(ErrorKind::data, "a\nb", "c\x1B[2J", "hint\nmore\r");
  EXPECT_STREQ(error.what(), "a\\x0Ab: c\\x1B[2J\n  hint\n  more\\x0D");
  EXPECT_EQ(error.message(), "c\x1B[2J");
}

}  // namespace
}  // namespace hebb
