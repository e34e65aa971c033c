// Splits by groups, by time, and by lists in files: what stays together, what follows what, and how
// large parts are; folds beside scikit-learn's.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "hebb/base/file.h"
#include "hebb/base/philox.h"
#include "hebb/data/part_file.h"
#include "hebb/data/splits.h"
#include "support/message_of.h"
#include "support/places.h"
#include "support/temp_folder.h"

namespace hebb::data {
namespace {

using Parts = std::vector<std::vector<int64_t>>;

// Every sample in one part, sorted inside each.
void expect_whole(const Parts& parts, int64_t n) {
  std::set<int64_t> seen;
  for (const auto& part : parts) {
    EXPECT_TRUE(std::is_sorted(part.begin(), part.end()));
    seen.insert(part.begin(), part.end());
  }
  size_t samples = 0;
  for (const auto& part : parts)
    samples += part.size();
  EXPECT_EQ(samples, size_t(n));
  EXPECT_EQ(seen.size(), size_t(n));
  if (n > 0) {
    EXPECT_EQ(*seen.begin(), 0);
    EXPECT_EQ(*seen.rbegin(), n - 1);
  }
}

// The part of every group; fails where a group is in two.
std::map<int64_t, size_t> parts_of_groups(const Parts& parts, const std::vector<int64_t>& groups) {
  std::map<int64_t, size_t> out;
  for (size_t p = 0; p < parts.size(); ++p)
    for (int64_t i : parts[p])
      EXPECT_EQ(out.emplace(groups[size_t(i)], p).first->second, p) << "group in two parts";
  return out;
}

std::vector<int64_t> some_groups(int64_t n, int64_t groups, uint64_t seed) {
  Philox random(seed);
  std::vector<int64_t> out(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i)
    out[size_t(i)] = i < groups ? i : int64_t(random.below(uint64_t(groups)));
  return out;
}

std::map<int64_t, int64_t> sizes_of(const std::vector<int64_t>& groups) {
  std::map<int64_t, int64_t> out;
  for (int64_t group : groups)
    ++out[group];
  return out;
}

TEST(SplitGroups, GroupsStayWholeAndSizesAreNear) {
  for (uint64_t seed = 0; seed < 40; ++seed)
    for (const auto& fractions :
         std::vector<std::vector<double>>{{0.7, 0.15, 0.15}, {0.5, 0.5}, {0.9, 0.1}}) {
      const int64_t n = 60 + int64_t(seed) * 11, count = 12 + int64_t(seed) % 20;
      const std::vector<int64_t> groups = some_groups(n, count, seed);
      const Parts parts = split_parts(n, fractions, {.seed = seed, .groups = groups});
      expect_whole(parts, n);
      EXPECT_EQ(parts_of_groups(parts, groups).size(), size_t(count));
      int64_t largest = 0;
      for (const auto& [group, size] : sizes_of(groups))
        largest = std::max(largest, size);
      for (size_t p = 0; p < parts.size(); ++p) {
        EXPECT_FALSE(parts[p].empty());
        EXPECT_LE(std::abs(double(parts[p].size()) - fractions[p] * double(n)),
                  double(largest) * double(parts.size() - 1))
            << "seed " << seed << " part " << p;
      }
      EXPECT_EQ(parts, split_parts(n, fractions, {.seed = seed, .groups = groups}));
    }
}

TEST(SplitGroups, AnotherSeedGivesOtherGroups) {
  const std::vector<int64_t> groups = some_groups(300, 60, 3);
  const auto part = [&](uint64_t seed) {
    return split_parts(300, {0.8, 0.2}, {.seed = seed, .groups = groups})[1];
  };
  EXPECT_NE(part(1), part(2));
}

TEST(SplitGroups, ClassesAreSpreadOverWholeGroups) {
  // 40 groups of 10; in a group all samples are of one class, and a quarter of them of class 1.
  std::vector<int64_t> groups, labels;
  for (int64_t g = 0; g < 40; ++g)
    for (int64_t i = 0; i < 10; ++i) {
      groups.push_back(g);
      labels.push_back(g % 4 == 0);
    }
  for (uint64_t seed = 0; seed < 10; ++seed) {
    const SplitBy by{.seed = seed, .labels = labels, .groups = groups};
    for (const FoldIndices& fold : split_folds(400, 5, by)) {
      EXPECT_EQ(fold.test.size(), 80u);
      const auto ones = std::count_if(fold.test.begin(), fold.test.end(),
                                      [&](int64_t i) { return labels[size_t(i)] == 1; });
      EXPECT_EQ(ones, 20) << "seed " << seed;
    }
  }
}

TEST(SplitGroups, TooFewGroupsAreRefused) {
  const std::vector<int64_t> two = {7, 7, 9, 9, 9};
  EXPECT_EQ(hebb::message_of([&] {
              split_parts(5, {0.6, 0.2, 0.2}, {.groups = two});
            }),
            "split: 2 groups, should be at least as many as the 3 parts, for groups stay whole");
  EXPECT_EQ(split_parts(5, {0.6, 0, 0.4}, {.groups = two})[1].size(), 0u);
  EXPECT_NE(hebb::message_of([&] { split_folds(5, 3, {.groups = two}); }), "no error");
}

TEST(SplitTime, PartsFollowOneAnother) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const int64_t n = 40 + int64_t(seed) * 3;
    Philox random(seed);
    std::vector<double> times(static_cast<size_t>(n));
    for (double& time : times)
      time = double(random.below(25));  // many samples of one time
    const Parts parts = split_parts(n, {0.7, 0.15, 0.15}, {.times = times});
    expect_whole(parts, n);
    const auto range = [&](const std::vector<int64_t>& part) {
      double low = 1e9, high = -1;
      for (int64_t i : part) {
        low = std::min(low, times[size_t(i)]);
        high = std::max(high, times[size_t(i)]);
      }
      return std::pair(low, high);
    };
    EXPECT_LT(range(parts[0]).second, range(parts[1]).first) << "seed " << seed;
    EXPECT_LT(range(parts[1]).second, range(parts[2]).first) << "seed " << seed;
  }
}

TEST(SplitTime, SizesAreExactWhereTimesDiffer) {
  std::vector<double> times;
  for (int i = 0; i < 100; ++i)
    times.push_back(-i);  // the last row is the earliest
  const Parts parts = split_parts(100, {0.7, 0.15, 0.15}, {.times = times});
  EXPECT_EQ(parts[0].size(), 70u);
  EXPECT_EQ(parts[0].front(), 30);
  EXPECT_EQ(parts[2].front(), 0);
  EXPECT_EQ(parts[2].size(), 15u);
}

TEST(SplitTime, TooFewTimesAndOtherWishesAreRefused) {
  const std::vector<double> same(10, 1.0);
  EXPECT_EQ(hebb::message_of([&] {
              split_parts(10, {0.5, 0.5}, {.times = same});
            }),
            "split: 1 different time, should be at least 2, one for each part");
  EXPECT_NE(hebb::message_of([&] {
              split_parts(10, {0.5, 0.5}, {.labels = std::vector<int64_t>(10), .times = same});
            }).find("it should be one of them"),
            std::string::npos);
}

TEST(SplitReference, FoldsAreScikitLearns) {
  const auto reference = nlohmann::json::parse(read_file(reference_folder() / "splits.json"));
  for (const auto& one : reference["groups"]) {
    const std::vector<int64_t> groups = one["groups"];
    for (uint64_t seed : {0, 1}) {
      Parts parts;
      std::vector<int64_t> sizes;
      for (const FoldIndices& fold :
           split_folds(int64_t(groups.size()), one["folds"], {.seed = seed, .groups = groups})) {
        parts.push_back(fold.test);
        sizes.push_back(int64_t(fold.test.size()));
        EXPECT_EQ(fold.train.size() + fold.test.size(), groups.size());
      }
      expect_whole(parts, int64_t(groups.size()));
      parts_of_groups(parts, groups);
      std::sort(sizes.begin(), sizes.end());
      EXPECT_EQ(sizes, one["sizes"].get<std::vector<int64_t>>());
    }
  }
  for (const auto& one : reference["times"]) {
    std::vector<double> times;
    for (int64_t i = 0; i < one["samples"]; ++i)
      times.push_back(double(i));
    const auto folds = split_folds(one["samples"], one["folds"], {.times = times});
    for (size_t f = 0; f < folds.size(); ++f) {
      EXPECT_EQ(folds[f].test, one["test"][f].get<std::vector<int64_t>>());
      EXPECT_EQ(folds[f].train.size(), one["train"][f].get<size_t>());
    }
  }
  for (const auto& one : reference["classes"]) {
    const std::vector<int64_t> labels = one["labels"];
    const auto folds =
        split_folds(int64_t(labels.size()), one["folds"], {.seed = 5, .labels = labels});
    ASSERT_EQ(folds.size(), one["counts"].size());
    for (const FoldIndices& fold : folds)
      for (size_t c = 0; c < one["counts"][0].size(); ++c) {
        int64_t least = 1 << 20, most = 0;  // of scikit-learn's folds
        for (const auto& counts : one["counts"]) {
          least = std::min(least, counts[c].get<int64_t>());
          most = std::max(most, counts[c].get<int64_t>());
        }
        const auto count = std::count_if(fold.test.begin(), fold.test.end(), [&](int64_t i) {
          return labels[size_t(i)] == int64_t(c);
        });
        EXPECT_GE(count, least);
        EXPECT_LE(count, most);
      }
  }
}

class PartFile : public TempFolder {
 protected:
  std::string refused(const std::string& name, const std::string& text) const {
    write_file_atomic(folder_ / name, text);
    return hebb::message_of([&] { read_parts(folder_ / name); });
  }
};

TEST_F(PartFile, GivesBackWhatWasWritten) {
  const NamedParts parts = {{"test", {4, 1}}, {"train", {0, 2, 3}}};
  for (const char* name : {"p.json", "p.npz"}) {
    write_parts(folder_ / name, parts);
    EXPECT_EQ(read_parts(folder_ / name), parts) << name;
  }
}

TEST_F(PartFile, RefusesWhatIsNoParts) {
  EXPECT_NE(refused("a.json", R"({"train": [0, 1], "test": [1]})")
                .find("sample 1 is in train and in test"),
            std::string::npos);
  EXPECT_NE(refused("a.json", R"({"train": [0, 0]})").find("sample 0 is twice in train"),
            std::string::npos);
  EXPECT_NE(refused("a.json", R"({"train": [-1]})").find("train holds -1"), std::string::npos);
  EXPECT_NE(refused("a.json", R"({"train": [0.5]})").find("a whole number"), std::string::npos);
  EXPECT_NE(refused("a.json", "[1, 2]").find("should be an object of lists"), std::string::npos);
  EXPECT_NE(refused("a.json", "{").find("unexpected end of input"), std::string::npos);
  EXPECT_NE(refused("a.json", "{}").find("holds no parts"), std::string::npos);
  EXPECT_NE(refused("a.npz", "no zip").find("a.npz"), std::string::npos);
  EXPECT_NE(refused("a.txt", "1\n2\n").find("should end with .npz or .json"), std::string::npos);
  EXPECT_NE(
      hebb::message_of([&] { read_parts(folder_ / "none.json"); }).find("there is no such file"),
      std::string::npos);
}

}  // namespace
}  // namespace hebb::data
