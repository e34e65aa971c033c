// Regression metrics. RegressionSums holds the sufficient statistics; parts are merged without loss
// (Chan, Golub, LeVeque 1979). Names and conventions are scikit-learn's. Without samples a metric
// is NaN, with a warning.
#pragma once

#include <cstdint>
#include <span>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// Mean and sum of squared distances from it. Values are counted from the first one, so that those
// far from zero keep their digits.
struct Spread {
  double origin = 0;  // the first value
  double mean = 0;    // of the distances from the origin
  double squares = 0;

  // total: the weight of all values with this one; it is the first where that is its own weight.
  void add(double value, double weight, double total);
  void merge(const Spread& other, double total, double other_total);
  bool operator==(const Spread&) const = default;
};

struct RegressionSums {
  int64_t count = 0;        // samples that count
  double absolute = 0;      // sum of |error|, error = truth - prediction
  double squared = 0;       // sum of error²
  double largest = 0;       // the largest |error|
  double percentage = 0;    // sum of |error| / |truth|
  double squared_log = 0;   // sum of (ln(1 + truth) - ln(1 + prediction))² where both are above -1
  int64_t without_log = 0;  // samples where they are not
  Spread truth, error;
  double symmetric = 0;  // sum of 2 |error| / (|truth| + |prediction|), 0 where both are 0
  double weight = 0;     // of the samples; each counts 1 unless it has another

  // A sample of weight 0 adds nothing.
  void add(double actual, double prediction, double weight = 1);
  // weights: of the samples; empty: 1. Errors: lengths that differ, NaN.
  void add(std::span<const double> y_true, std::span<const double> y_pred,
           std::span<const double> weights = {});
  void merge(const RegressionSums& other);
  bool operator==(const RegressionSums&) const = default;
};

double mean_absolute_error(const RegressionSums& sums, Warnings* warnings = nullptr);
double mean_squared_error(const RegressionSums& sums, Warnings* warnings = nullptr);
double root_mean_squared_error(const RegressionSums& sums, Warnings* warnings = nullptr);
double mean_absolute_percentage_error(const RegressionSums& sums,
                                      Warnings* warnings = nullptr);  // a ratio, not percent
// Of the mean of both sizes; from 0 to 2. Makridakis 1993.
double symmetric_mean_absolute_percentage_error(const RegressionSums& sums,
                                                Warnings* warnings = nullptr);
double mean_squared_log_error(const RegressionSums& sums, Warnings* warnings = nullptr);
double root_mean_squared_log_error(const RegressionSums& sums, Warnings* warnings = nullptr);
double max_error(const RegressionSums& sums, Warnings* warnings = nullptr);
// 1 - SSres/SStot: 1 is perfect, 0 as good as the mean, below 0 worse. When the truth never varies,
// 1 if every prediction is right, else 0, with a warning; NaN for fewer than two samples.
double r2_score(const RegressionSums& sums, Warnings* warnings = nullptr);
double explained_variance_score(
    const RegressionSums& sums,
    Warnings* warnings = nullptr);  // r2 that forgives a constant offset

// Needs all errors at once.
double median_absolute_error(std::span<const double> y_true, std::span<const double> y_pred,
                             Warnings* warnings = nullptr);

}  // namespace hebb::metrics
