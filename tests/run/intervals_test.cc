// Split-conformal intervals: ranks by hand, and what they promise.
#include "hebb/run/intervals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace hebb {
namespace {

Intervals of_errors(const std::vector<double>& errors) {
  return intervals_of(errors, std::vector<double>(errors.size(), 0.0), 1);
}

TEST(Intervals, RanksByHand) {
  // Of 9 errors, ceil(10 x 0.9) = the 9th; ceil(10 x 0.5) = the 5th.
  const Intervals nine = of_errors({9, -1, 2, -8, 3, 7, -4, 6, 5});
  EXPECT_EQ(nine.samples, 9);
  EXPECT_EQ(nine.reach(0.9), std::vector<double>{9});
  EXPECT_EQ(nine.reach(0.5), std::vector<double>{5});
  EXPECT_EQ(nine.reach(0.05), std::vector<double>{1});
  EXPECT_FALSE(nine.reach(0.95));  // it would be the 10th
  EXPECT_FALSE(of_errors({1, 2, 3, 4, 5, 6, 7, 8}).reach(0.9));
  EXPECT_EQ(nine.least_samples(0.9), 9);
  EXPECT_EQ(nine.least_samples(0.95), 19);
  EXPECT_EQ(nine.least_samples(0.99), 99);
}

TEST(Intervals, EachNumberHasItsOwn) {
  std::vector<double> predicted, actual;
  for (int i = 1; i <= 20; ++i) {
    predicted.insert(predicted.end(), {double(i), 0});
    actual.insert(actual.end(), {0, 10.0 * i});
  }
  const Intervals both = intervals_of(predicted, actual, 2);
  EXPECT_EQ(both.samples, 20);
  EXPECT_EQ(both.reach(0.9), (std::vector<double>{19, 190}));  // ceil(21 x 0.9) = 19
}

TEST(Intervals, AThousandStandForMany) {
  std::vector<double> errors;
  for (int i = 1; i <= 4321; ++i)
    errors.push_back(i);
  const Intervals many = of_errors(errors);
  EXPECT_EQ(many.ranks.size(), 1000u);
  EXPECT_TRUE(many.is_sound(1));
  for (double level : {0.5, 0.9, 0.99, 0.999}) {
    const double exact = std::ceil(4322 * level);
    ASSERT_TRUE(many.reach(level));
    const double reach = (*many.reach(level))[0];
    EXPECT_GE(reach, exact) << level;  // never narrower
    EXPECT_LE(reach, exact + 5) << level;
  }
}

// The promise itself: over many draws a new sample lies inside at least as often as the level says.
TEST(Intervals, CoverNewSamples) {
  std::mt19937 random(3);
  std::lognormal_distribution<double> error(0, 1);
  int64_t inside = 0;
  constexpr int draws = 4000;
  for (int i = 0; i < draws; ++i) {
    std::vector<double> errors;
    for (int k = 0; k < 29; ++k)
      errors.push_back(error(random));
    inside += error(random) <= (*of_errors(errors).reach(0.9))[0];
  }
  // ceil(30 x 0.9) / 30 = 0.9 exactly; three deviations of the count.
  EXPECT_NEAR(double(inside) / draws, 0.9, 3 * std::sqrt(0.9 * 0.1 / draws));
}

TEST(Intervals, WhatCannotBeIsRefused) {
  const Intervals good = of_errors({1, 2, 3});
  EXPECT_TRUE(good.is_sound(1));
  EXPECT_FALSE(good.is_sound(2));
  Intervals bad = good;
  bad.errors[0] = {3, 2, 1};
  EXPECT_FALSE(bad.is_sound(1));
  bad = good;
  bad.ranks = {0, 1, 3};
  EXPECT_FALSE(bad.is_sound(1));
  bad = good;
  bad.errors[0][2] = INFINITY;
  EXPECT_FALSE(bad.is_sound(1));
  bad = good;
  bad.samples = 0;
  EXPECT_FALSE(bad.is_sound(1));
}

}  // namespace
}  // namespace hebb
