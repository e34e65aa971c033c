// A bounded choice of a stream's samples, which no order changes.
#include "hebb/tasks/chosen_samples.h"

#include <gtest/gtest.h>

#include <numeric>

namespace hebb {
namespace {

struct Sample {
  int64_t index = 0;
};

std::vector<int64_t> places(const std::vector<Sample>& samples) {
  std::vector<int64_t> out;
  for (const Sample& sample : samples)
    out.push_back(sample.index);
  return out;
}

TEST(ChosenSamples, AreThoseOfTheSmallestKeys) {
  const std::vector<double> keys = {0.5, 0.1, 0.9, 0.1, 0.3};
  ChosenSamples<Sample> forwards(3), backwards(3);
  for (int64_t i = 0; i < 5; ++i) {
    forwards.add(keys[size_t(i)], {i});
    backwards.add(keys[size_t(4 - i)], {4 - i});
  }
  EXPECT_EQ(forwards.seen(), 5);
  EXPECT_EQ(places(forwards.by_key()), (std::vector<int64_t>{1, 3, 4}));
  EXPECT_EQ(places(backwards.by_key()), (std::vector<int64_t>{1, 3, 4}));
  EXPECT_EQ(places(backwards.by_place()), (std::vector<int64_t>{1, 3, 4}));
}

TEST(ChosenSamples, AreDrawnEvenlyBySeed) {
  const auto drawn = [](uint64_t seed) {
    ChosenSamples<Sample> chosen(1000);
    for (int64_t i = 0; i < 100'000; ++i)
      chosen.add(random_key(seed, i), {i});
    return places(chosen.by_place());
  };
  const std::vector<int64_t> one = drawn(1);
  EXPECT_EQ(one.size(), 1000u);
  EXPECT_EQ(one, drawn(1));
  EXPECT_NE(one, drawn(2));
  const double mean = double(std::accumulate(one.begin(), one.end(), int64_t(0))) / 1000;
  EXPECT_NEAR(mean, 50'000, 4 * 100'000 / std::sqrt(12.0 * 1000));  // four deviations
}

TEST(ChosenSamples, OfFewAreAll) {
  ChosenSamples<Sample> chosen(10);
  for (int64_t i = 0; i < 4; ++i)
    chosen.add(random_key(0, i), {i});
  EXPECT_EQ(places(chosen.by_place()), (std::vector<int64_t>{0, 1, 2, 3}));
}

}  // namespace
}  // namespace hebb
