// Means and deviations as the state of a step: one of each, or one for each entry of an axis of a
// sample: the first (a picture's channel, a table's column) or the last (a sequence's feature).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/base/json.h"
#include "hebb/data/schema.h"

namespace hebb::data {

struct DatasetStats;

struct StepMoments {
  std::vector<double> mean, std;
  HEBB_FIELDS(mean, std)

  bool empty() const { return mean.empty(); }
  size_t of(size_t entry) const { return mean.size() == 1 ? 0 : entry; }
  std::string to_json() const;  // "" where there are none
  std::string words() const;    // for people
};

// Null: none. Error (usage): not as many means as deviations, or numbers that cannot be.
StepMoments moments_from(const Json& state, std::string_view step);
void check_moments(const StepMoments& moments);
// Error (usage): they are not for such samples.
void check_moments_fit(const StepMoments& moments, const Field& in, int64_t axis = 0);
// A deviation of 0 counts as 1.
StepMoments moments_of(const std::vector<double>& mean, const std::vector<double>& std);
StepMoments moments_of(const DatasetStats& training);

}  // namespace hebb::data
