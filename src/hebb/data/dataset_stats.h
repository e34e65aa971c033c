// What a data set looks like in numbers: what `hebb data stats` prints, `normalize = "auto"` uses,
// and a model keeps of its training set.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/data/picture_stats.h"

namespace hebb::data {

struct DatasetStats {
  int64_t samples = 0;
  std::vector<int64_t> class_counts;  // of a classification
  // Of all values, per entry of the samples' first axis (a picture's channel, a table's column) or
  // of their last one (a feature of a sequence, whose padding does not count); pictures are 0..1.
  // What with_normalize takes, but that a deviation may be 0. NaN for words.
  std::vector<double> mean, std, min, max;
  int64_t axis = 0;                             // 0: the first, -1: the last
  std::vector<double> target_mean, target_std;  // of a regression, per target
  std::optional<PictureSizes> sizes;            // of pictures that are resized, before it
  std::optional<TrainingStats> pictures;        // to notice pictures that are unlike these
};

bool has_lengths(const Dataset& dataset);  // its samples are sequences that end where they say
// The axis whose entries are the features: -1 of sequences [times, features] with lengths, else 0.
int64_t features_axis(const Dataset& dataset);

// Reads every sample, as it was given: neither augmented nor normalised. The same whatever the
// number of threads. axis: of samples that are neither pictures nor rows of a table.
DatasetStats statistics(const Dataset& dataset, int64_t axis = 0);

// Reads every sample and forgets it. Error: one of them is damaged.
void check_samples(const Dataset& dataset);

struct TargetStats {
  std::vector<double> mean, std;  // per target
};
TargetStats target_statistics(const Dataset& dataset);  // of a regression

// Whether values of this mean and deviation lie so close together, so far from zero, that f32
// cannot tell them apart well.
bool f32_loses_spread(double mean, double std);

// with_normalize by the mean and deviation of `of` (the training part); a deviation of 0 counts
// as 1.
Dataset normalize_like(const Dataset& dataset, const DatasetStats& of);

}  // namespace hebb::data
