// Steps of a ranking: what the areas under ROC and precision-recall curves are computed from. For
// .cc files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// After each run of equal scores: how many positives and negatives lie at or above it, or what they
// weigh together.
struct Steps {
  std::vector<double> tp, fp;
  std::vector<double> thresholds;
  double positives() const { return tp.empty() ? 0 : tp.back(); }
  double negatives() const { return fp.empty() ? 0 : fp.back(); }
};

double area(const Steps& steps);             // under the ROC curve
double precision_steps(const Steps& steps);  // average precision

// weights: of the samples; empty: 1.
std::vector<double> occurrences(std::span<const int64_t> y_true, int64_t classes,
                                std::span<const double> weights = {});

// "y_true holds no sample of class 3", or of how many classes: hostile data have a hundred
// thousand.
std::string absent(const std::vector<double>& occur, const Warnings* warnings);
bool every_class_occurs(const std::vector<double>& occur, Warnings* warnings);

double weighted_mean(const std::vector<double>& values, const std::vector<double>& weights);

}  // namespace hebb::metrics
