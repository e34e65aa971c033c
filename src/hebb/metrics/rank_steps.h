// Steps of a ranking: what the areas under ROC and precision-recall curves are computed from. For
// .cc files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// After each run of equal scores: how many positives and negatives lie at or above it.
struct Steps {
  std::vector<int64_t> tp, fp;
  std::vector<double> thresholds;
  int64_t positives() const { return tp.empty() ? 0 : tp.back(); }
  int64_t negatives() const { return fp.empty() ? 0 : fp.back(); }
};

double area(const Steps& steps);             // under the ROC curve
double precision_steps(const Steps& steps);  // average precision

std::vector<int64_t> occurrences(std::span<const int64_t> y_true, int64_t classes);

// "y_true holds no sample of class 3", or of how many classes: hostile data have a hundred
// thousand.
std::string absent(const std::vector<int64_t>& occur, const Warnings* warnings);
bool every_class_occurs(const std::vector<int64_t>& occur, Warnings* warnings);

double weighted_mean(const std::vector<double>& values, const std::vector<double>& weights);

}  // namespace hebb::metrics
