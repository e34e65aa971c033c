#include "hebb/base/counted.h"

#include <gtest/gtest.h>

namespace hebb {
namespace {

TEST(Counted, GroupsThousands) {
  for (const auto& [n, text] : {std::pair<int64_t, const char*>{0, "0"},
                                {999, "999"},
                                {1000, "1,000"},
                                {1234567, "1,234,567"},
                                {-123, "-123"},
                                {-1234, "-1,234"}})
    EXPECT_EQ(counted(n), text);
}

}  // namespace
}  // namespace hebb
