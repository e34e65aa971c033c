// What makes a score look better than a model is: samples that are in two parts, and columns that
// give the answer away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb::data {

struct Repeats {
  int64_t samples = 0;  // of the part
  std::string example;  // the first of them: "sample 7", "line 8", or a file's path
};
// Samples of `part` whose values, targets apart, are those of a sample of `train`; of files those
// whose bytes are the same. None where most samples of `train` have the values of another one: rows
// of such a table are no individuals.
Repeats repeated_samples(const Dataset& part, const Dataset& train);

struct Giveaway {
  std::string name;  // of the column
  double right = 0;  // the share of samples whose class it tells, or of the variance it explains
};
// Columns of a table that alone tell the target: half of the samples is answered by the nearest
// value among the other half, a quantity also by a straight line through it. At least 98 of 100
// mistakes are gone beside always giving the most frequent class, or 99.9 % of the variance of a
// quantity. Looks at 4,000 samples and 1,000 columns at most. Nothing is found where there is one
// column, or fewer than 50 samples.
std::vector<Giveaway> columns_that_give_away(const Dataset& train);

}  // namespace hebb::data
