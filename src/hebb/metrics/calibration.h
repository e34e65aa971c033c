// Calibration: whether what a model believes happens as often as it says. Beliefs are counted in
// bins of equal width, which take no more memory however many samples there are. Sources: Naeini,
// Cooper and Hauskrecht 2015; Guo et al. 2017.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// One bin: the mean belief in it, how often it was right, and how many samples.
struct ReliabilityPoint {
  double confidence = 0, accuracy = 0;
  int64_t samples = 0;
};

class CalibrationBins {
 public:
  CalibrationBins() : CalibrationBins(15) {}
  explicit CalibrationBins(int64_t bins);

  // y_score: [samples] probabilities of class 1, or [samples, classes]. Of one column, the belief
  // in class 1 and how often it occurs; of several, the belief in the likeliest class and how often
  // it is right. A belief lies in the bin (low, high]; 0 in the first. Error: labels or scores out
  // of their range.
  void add(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t classes = 2);
  void merge(const CalibrationBins& other);  // of as many bins

  int64_t bins() const { return int64_t(samples_.size()); }
  int64_t total() const;
  // NaN, with a warning, without samples. 0 is best.
  double expected_error(Warnings* warnings = nullptr) const;  // mean distance, by samples
  double maximum_error(Warnings* warnings = nullptr) const;   // the largest distance of a bin
  // Bins that hold samples, from the lowest belief on: what a reliability diagram draws.
  std::vector<ReliabilityPoint> curve() const;

  // As numbers, for checkpoints. from_state returns nothing for what is no state.
  std::vector<double> state() const;
  static CalibrationBins from_state(std::span<const double> state);

 private:
  std::vector<int64_t> samples_, right_;
  std::vector<double> beliefs_;  // sums
};

}  // namespace hebb::metrics
