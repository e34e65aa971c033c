// Parts of a data set: training, validation, test; and folds. Which sample goes where is drawn by a
// seed of its own, so that another training seed keeps the test part, or follows from groups and
// times. Parts are disjoint and together complete; samples keep their order inside a part.
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb::data {

// How many samples each part gets: fractions that add up to 1, or counts that add up to n. Largest
// remainder: every size is exact or off by less than 1, and they add up to n.
std::vector<int64_t> split_sizes(int64_t n, const std::vector<double>& fractions);

// The samples of each part. labels: empty, or n classes; then each class is split in the same
// fractions, as near as whole samples allow.
std::vector<std::vector<int64_t>> split_indices(int64_t n, const std::vector<double>& fractions,
                                                uint64_t seed,
                                                const std::vector<int64_t>& labels = {});

// auto parts = split(all, {0.7, 0.15, 0.15});
std::vector<Dataset> split(const Dataset& all, const std::vector<double>& fractions,
                           uint64_t seed = 0, bool stratify = false);

// What decides where a sample goes. A list is empty, or has an entry for each sample.
struct SplitBy {
  uint64_t seed = 0;
  std::vector<int64_t> labels = {};  // every part has the classes in the same proportions
  std::vector<int64_t> groups = {};  // samples of one group stay in one part
  // Parts follow one another in time: the earliest samples come first, and samples of one time stay
  // in one part. The seed changes nothing then.
  std::vector<double> times = {};
};

// The samples of each part. With groups or times the sizes are near the fractions, not exact: what
// belongs together is not torn. Error (usage): times beside labels or groups; too few groups or
// different times for the parts.
std::vector<std::vector<int64_t>> split_parts(int64_t n, const std::vector<double>& fractions,
                                              const SplitBy& by);

struct FoldIndices {
  std::vector<int64_t> train, test;
};
// k folds: each sample is in one test part, all others are trained on; with groups the sizes are as
// even as the groups allow (the largest group goes to the smallest fold: scikit-learn's
// GroupKFold). With times each fold is trained on what lies before its test part, so the earliest
// samples are in none (scikit-learn's TimeSeriesSplit). Errors as those of split_parts.
std::vector<FoldIndices> split_folds(int64_t n, int64_t k, const SplitBy& by);

struct Fold {
  Dataset train, validation;
};
// k folds: each sample is in one validation part. Their sizes differ by one at most.
std::vector<Fold> k_fold(const Dataset& all, int64_t k, uint64_t seed = 0, bool stratify = false);

// 0..n-1 in random order.
std::vector<int64_t> shuffled(int64_t n, uint64_t key);

}  // namespace hebb::data
