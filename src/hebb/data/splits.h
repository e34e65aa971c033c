// Parts of a data set: training, validation, test; and folds. Which sample goes where is drawn by a
// seed of its own, so that another training seed keeps the test part. Parts are disjoint and
// together complete; samples keep their order inside a part.
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

struct Fold {
  Dataset train, validation;
};
// k folds: each sample is in one validation part. Their sizes differ by one at most.
std::vector<Fold> k_fold(const Dataset& all, int64_t k, uint64_t seed = 0, bool stratify = false);

// 0..n-1 in random order.
std::vector<int64_t> shuffled(int64_t n, uint64_t key);

}  // namespace hebb::data
