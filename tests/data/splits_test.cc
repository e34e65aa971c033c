// Splits: exact sizes for any number of samples, disjoint, complete, by seed; strata in proportion.
#include "hebb/data/splits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "hebb/base/error.h"
#include "hebb/base/philox.h"
#include "hebb/data/tensors.h"

namespace hebb::data {
namespace {

Dataset labelled(const std::vector<int64_t>& labels) {
  const int64_t n = int64_t(labels.size());
  return from_tensors(Tensor::from(std::vector<float>(labels.size(), 0.0f), {n, 1}),
                      Tensor::from(labels, {n}));
}

std::vector<int64_t> some_labels(int64_t n, int64_t classes, uint64_t seed) {
  Philox random(seed);
  std::vector<int64_t> out;
  for (int64_t i = 0; i < n; ++i)
    out.push_back(std::min<int64_t>(int64_t(random.below(uint64_t(classes))),
                                    int64_t(random.below(uint64_t(classes)))));
  return out;
}

void expect_partition(const std::vector<std::vector<int64_t>>& parts, int64_t n) {
  std::vector<int64_t> all;
  for (const auto& part : parts) {
    EXPECT_TRUE(std::is_sorted(part.begin(), part.end()));
    all.insert(all.end(), part.begin(), part.end());
  }
  std::sort(all.begin(), all.end());
  std::vector<int64_t> expected(static_cast<size_t>(n));
  std::iota(expected.begin(), expected.end(), int64_t(0));
  EXPECT_EQ(all, expected);
}

std::string message_of(int64_t n, const std::vector<double>& fractions) {
  try {
    split_sizes(n, fractions);
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_status(), 2);
    return e.what();
  }
  return "accepted";
}

TEST(Splits, SizesAreExactForAnyNumber) {
  const std::vector<std::vector<double>> all = {{0.7, 0.15, 0.15},
                                                {0.7, 0.3},
                                                {0.95, 0.05},
                                                {0.9, 0.1},
                                                {1.0 / 3, 1.0 / 3, 1.0 / 3},
                                                {1.0},
                                                {0.29, 0.71},
                                                {0.1, 0.2, 0.3, 0.4},
                                                {0.999, 0.001},
                                                {1, 0}};
  for (const auto& fractions : all)
    for (int64_t n = 0; n < 1200; ++n) {
      const std::vector<int64_t> sizes = split_sizes(n, fractions);
      EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), int64_t(0)), n);
      for (size_t p = 0; p < sizes.size(); ++p)
        EXPECT_LT(std::abs(double(sizes[p]) - fractions[p] * double(n)), 1) << n;
    }
  EXPECT_EQ(split_sizes(100, {0.7, 0.15, 0.15}), (std::vector<int64_t>{70, 15, 15}));
  EXPECT_EQ(split_sizes(60000, {0.9, 0.1}), (std::vector<int64_t>{54000, 6000}));
  EXPECT_EQ(split_sizes(60000, {0.7, 0.15, 0.15}), (std::vector<int64_t>{42000, 9000, 9000}));
  EXPECT_EQ(split_sizes(60000, {50000, 10000}), (std::vector<int64_t>{50000, 10000}));
  EXPECT_EQ(split_sizes(10, {0.29, 0.71}), (std::vector<int64_t>{3, 7}));
}

TEST(Splits, WhatDoesNotAddUpIsRefused) {
  EXPECT_EQ(message_of(100, {0.7, 0.2, 0.2}),
            "split: 0.7 + 0.2 + 0.2 = 1.1, should be 1 (or counts that add up to the 100 samples)");
  EXPECT_EQ(message_of(100, {70, 31}),
            "split: 70 + 31 = 101, should be 1 (or counts that add up to the 100 samples)");
  EXPECT_NE(message_of(100, {}), "accepted");
  EXPECT_NE(message_of(100, {1.5, -0.5}), "accepted");
  EXPECT_NE(message_of(100, {std::nan(""), 1}), "accepted");
}

TEST(Splits, PartsAreDisjointAndDrawnBySeed) {
  for (int64_t n : {1, 2, 3, 10, 97, 1000}) {
    const auto parts = split_indices(n, {0.7, 0.15, 0.15}, 5);
    expect_partition(parts, n);
    EXPECT_EQ(parts, split_indices(n, {0.7, 0.15, 0.15}, 5));
  }
  EXPECT_NE(split_indices(1000, {0.5, 0.5}, 1), split_indices(1000, {0.5, 0.5}, 2));
  int64_t low = 0;  // drawn from everywhere, not cut off
  const auto halves = split_indices(1000, {0.5, 0.5}, 3);
  for (int64_t i : halves.front())
    low += i < 500;
  EXPECT_NEAR(double(low), 250, 50);
}

TEST(Splits, StrataAreInProportion) {
  for (uint64_t seed = 0; seed < 60; ++seed)
    for (const auto& fractions : std::vector<std::vector<double>>{
             {0.7, 0.15, 0.15}, {0.5, 0.5}, {0.25, 0.25, 0.25, 0.25}, {0.9, 0.1}}) {
      const int64_t n = 1 + int64_t(seed) * 13, classes = 1 + int64_t(seed) % 9;
      const std::vector<int64_t> labels = some_labels(n, classes, seed);
      const auto parts = split_indices(n, fractions, seed, labels);
      expect_partition(parts, n);
      const std::vector<int64_t> sizes = split_sizes(n, fractions);
      for (size_t p = 0; p < parts.size(); ++p) {
        EXPECT_EQ(int64_t(parts[p].size()), sizes[p]);
        for (int64_t c = 0; c < classes; ++c) {
          const double of_class = double(std::count(labels.begin(), labels.end(), c));
          const auto got = std::count_if(parts[p].begin(), parts[p].end(),
                                         [&](int64_t i) { return labels[size_t(i)] == c; });
          EXPECT_LT(std::abs(double(got) - of_class * double(sizes[p]) / double(n)), 2)
              << "seed " << seed << " part " << p << " class " << c;
        }
      }
    }
}

TEST(Splits, EvenClassesSplitExactly) {
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < 1000; ++i)
    labels.push_back(i % 10);
  const auto parts = split(labelled(labels), {0.7, 0.15, 0.15}, 0, true);
  for (size_t p = 0; p < 3; ++p)
    for (int64_t c = 0; c < 10; ++c) {
      const std::vector<int64_t> got = parts[p].labels();
      EXPECT_EQ(std::count(got.begin(), got.end(), c), p == 0 ? 70 : 15);
    }
}

TEST(Splits, FoldsCoverEverySampleOnce) {
  for (bool stratify : {false, true})
    for (int64_t n : {5, 23, 100}) {
      const Dataset all = labelled(some_labels(n, 3, 1));
      const std::vector<Fold> folds = k_fold(all, 5, 2, stratify);
      ASSERT_EQ(folds.size(), 5u);
      std::vector<std::vector<int64_t>> parts;
      for (const Fold& fold : folds) {
        EXPECT_NEAR(double(fold.validation.size()), double(n) / 5, 0.99);
        expect_partition({fold.train.source_indices(), fold.validation.source_indices()}, n);
        parts.push_back(fold.validation.source_indices());
      }
      expect_partition(parts, n);
    }
  EXPECT_THROW(k_fold(labelled({0, 1}), 3), Error);
  EXPECT_THROW(k_fold(labelled({0, 1}), 1), Error);
}

TEST(Splits, AnotherTrainingSeedKeepsTheParts) {
  const Dataset all = labelled(some_labels(50, 4, 0));
  EXPECT_EQ(split(all, {0.8, 0.2})[1].source_indices(),
            split(all, {0.8, 0.2}, 0)[1].source_indices());
  const Dataset regression = from_tensors(Tensor::from(std::vector<float>{1, 2}, {2, 1}),
                                          Tensor::from(std::vector<float>{1, 2}, {2}));
  EXPECT_THROW(split(regression, {0.5, 0.5}, 0, true), Error);
}

TEST(Splits, LimitDrawsEveryClass) {
  std::vector<int64_t> labels(1000, 0);
  for (size_t i = 900; i < 1000; ++i)
    labels[i] = 1;
  const Dataset few = labelled(labels).limit(100);
  EXPECT_EQ(few.size(), 100);
  const std::vector<int64_t> got = few.labels();
  EXPECT_EQ(std::count(got.begin(), got.end(), 1), 10);
  EXPECT_EQ(few.source_indices(), labelled(labels).limit(100).source_indices());
  EXPECT_EQ(labelled(labels).limit(5000).size(), 1000);
  EXPECT_THROW(labelled(labels).limit(0), Error);
}

}  // namespace
}  // namespace hebb::data
