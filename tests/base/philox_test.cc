// Philox4x32-10: the known answers of Random123 (Salmon et al. 2011), and what is built on it.

#include "hebb/base/philox.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace hebb {
namespace {

TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox(0, 0), (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox(~uint64_t(0), ~uint64_t(0), ~uint64_t(0)),
            (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  // The digits of pi.
  EXPECT_EQ(philox(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x0370734413198a2e),
            (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, KeysDependOnEveryWordAndTheirOrder) {
  const std::set<uint64_t> keys{philox_key(1),       philox_key(1, 2),    philox_key(1, 2, 3),
                                philox_key(1, 3, 2), philox_key(2, 2, 3), philox_key(1, 2, 3, 0)};
  EXPECT_EQ(keys.size(), 6u);
  EXPECT_EQ(philox_key(1, 2, 3), philox_key(1, 2, 3));
}

TEST(Philox, UnitNumbersStayBelowOne) {
  EXPECT_EQ(unit_float(0), 0.f);
  EXPECT_LT(unit_float(0xffffffff), 1.f);
  EXPECT_LT(unit_double(0xffffffff, 0xffffffff), 1.0);
}

TEST(Philox, StreamsRepeatAndDiffer) {
  Philox a(5), b(5), c(6);
  bool differ = false;
  for (int i = 0; i < 100; ++i) {
    const uint32_t x = a.bits();
    EXPECT_EQ(x, b.bits());
    differ |= x != c.bits();
  }
  EXPECT_TRUE(differ);
}

TEST(Philox, BelowIsUniform) {
  Philox random(3);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) {
    const uint64_t v = random.below(7);
    ASSERT_LT(v, 7u);
    ++counts[v];
  }
  for (int count : counts)
    EXPECT_NEAR(count, 10000, 5 * 93);  // five standard deviations
  EXPECT_EQ(random.below(1), 0u);
}

TEST(Philox, NormalHasItsMoments) {
  Philox random(4);
  const int n = 100000;
  double sum = 0, squares = 0;
  for (int i = 0; i < n; ++i) {
    const double v = random.normal();
    sum += v;
    squares += v * v;
  }
  EXPECT_NEAR(sum / n, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 1, 5 * std::sqrt(2.0 / n));
}

}  // namespace
}  // namespace hebb
