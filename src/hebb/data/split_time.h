// Parts that follow one another in time: what is trained on lies before what is measured on.
// Samples of one time stay in one part, so a boundary moves to the nearest place where the time
// changes.
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/data/splits.h"

namespace hebb::data {

// sizes: of the parts, they add up to the samples; a part of size 0 stays empty. Error (usage):
// fewer different times than parts.
std::vector<std::vector<int64_t>> split_by_time(const std::vector<double>& times,
                                                const std::vector<int64_t>& sizes);

// k test parts of n / (k + 1) samples at the end, each trained on all samples before it. Error
// (usage): fewer different times than k + 1.
std::vector<FoldIndices> folds_by_time(const std::vector<double>& times, int64_t k);

}  // namespace hebb::data
