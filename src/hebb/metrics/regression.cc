#include "hebb/metrics/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/sample_weights.h"

namespace hebb::metrics {

namespace {

bool enough(const RegressionSums& sums, const char* name, Warnings* warnings) {
  if (sums.count != 0)
    return true;
  warn(warnings, fmt::format("{} is undefined: there are no samples", name));
  return false;
}

double mean(double RegressionSums::*sum, const RegressionSums& sums, const char* name,
            Warnings* warnings) {
  return enough(sums, name, warnings) ? sums.*sum / sums.weight : nan;
}

double explained(double residual, double total, const char* name, Warnings* warnings) {
  if (total != 0)
    return 1 - residual / total;
  warn(warnings,
       fmt::format("{} is undefined, because y_true never varies; 1 stands for no error, 0 for any",
                   name));
  return residual == 0 ? 1 : 0;
}

void check_values(std::string_view name, std::span<const double> values) {
  for (size_t i = 0; i < values.size(); ++i)
    check(std::isfinite(values[i]), "{}[{}] is {}, which is not a finite number", name, i,
          values[i]);
}

void check_pairs(std::span<const double> y_true, std::span<const double> y_pred) {
  check(y_true.size() == y_pred.size(), "y_true has {} samples but y_pred has {}", y_true.size(),
        y_pred.size());
  check_values("y_true", y_true);
  check_values("y_pred", y_pred);
}

}  // namespace

// Welford 1962; with weights West 1979.
void Spread::add(double value, double weight, double total) {
  if (total == weight)
    origin = value;
  const double shifted = value - origin, off = shifted - mean;
  mean += off * weight / total;
  squares += weight * off * (shifted - mean);
}

// Chan, Golub and LeVeque 1979.
void Spread::merge(const Spread& other, double mine, double theirs) {
  if (theirs == 0)
    return;
  if (mine == 0) {
    *this = other;
    return;
  }
  const double all = mine + theirs;
  const double off = (other.origin - origin) + (other.mean - mean);
  squares += other.squares + off * off * (mine * theirs / all);
  mean += off * (theirs / all);
}

void RegressionSums::add(double actual, double prediction, double of) {
  if (of == 0)
    return;
  const double off = actual - prediction, size = std::abs(off);
  ++count;
  weight += of;
  absolute += of * size;
  squared += of * off * off;
  if (size > largest || std::isnan(size))
    largest = size;  // a NaN, once in, stays
  percentage += of * size / std::max(std::abs(actual), std::numeric_limits<double>::epsilon());
  if (const double both = std::abs(actual) + std::abs(prediction); both > 0 || std::isnan(both))
    symmetric += of * 2 * size / both;
  if (actual > -1 && prediction > -1)
    squared_log += of * std::pow(std::log1p(actual) - std::log1p(prediction), 2);
  else
    ++without_log;
  truth.add(actual, of, weight);
  error.add(off, of, weight);
}

void RegressionSums::add(std::span<const double> y_true, std::span<const double> y_pred,
                         std::span<const double> weights) {
  check_pairs(y_true, y_pred);
  check_weights(weights, y_true.size());
  for (size_t i = 0; i < y_true.size(); ++i)
    add(y_true[i], y_pred[i], weight_at(weights, i));
}

void RegressionSums::merge(const RegressionSums& other) {
  if (other.count == 0)
    return;
  truth.merge(other.truth, weight, other.weight);
  error.merge(other.error, weight, other.weight);
  count += other.count;
  weight += other.weight;
  absolute += other.absolute;
  squared += other.squared;
  if (other.largest > largest || std::isnan(other.largest))
    largest = other.largest;
  percentage += other.percentage;
  symmetric += other.symmetric;
  squared_log += other.squared_log;
  without_log += other.without_log;
}

double mean_absolute_error(const RegressionSums& s, Warnings* w) {
  return mean(&RegressionSums::absolute, s, "mean_absolute_error", w);
}

double mean_squared_error(const RegressionSums& s, Warnings* w) {
  return mean(&RegressionSums::squared, s, "mean_squared_error", w);
}

double root_mean_squared_error(const RegressionSums& s, Warnings* w) {
  return std::sqrt(mean_squared_error(s, w));
}

double mean_absolute_percentage_error(const RegressionSums& s, Warnings* w) {
  return mean(&RegressionSums::percentage, s, "mean_absolute_percentage_error", w);
}

double symmetric_mean_absolute_percentage_error(const RegressionSums& sums, Warnings* warnings) {
  return mean(&RegressionSums::symmetric, sums, "symmetric_mean_absolute_percentage_error",
              warnings);
}

double mean_squared_log_error(const RegressionSums& s, Warnings* w) {
  if (s.without_log != 0) {
    warn(w, "mean_squared_log_error is undefined for values of -1 and below");
    return nan;
  }
  return mean(&RegressionSums::squared_log, s, "mean_squared_log_error", w);
}

double root_mean_squared_log_error(const RegressionSums& s, Warnings* w) {
  return std::sqrt(mean_squared_log_error(s, w));
}

double max_error(const RegressionSums& s, Warnings* w) {
  return enough(s, "max_error", w) ? s.largest : nan;
}

double r2_score(const RegressionSums& s, Warnings* w) {
  if (s.count >= 2)
    return explained(s.squared, s.truth.squares, "r2", w);
  warn(w, "r2 is undefined for fewer than two samples");
  return nan;
}

double explained_variance_score(const RegressionSums& s, Warnings* w) {
  return enough(s, "explained_variance", w)
             ? explained(s.error.squares, s.truth.squares, "explained_variance", w)
             : nan;
}

double median_absolute_error(std::span<const double> y_true, std::span<const double> y_pred,
                             Warnings* warnings) {
  check_pairs(y_true, y_pred);
  if (y_true.empty()) {
    warn(warnings, "median_absolute_error is undefined: there are no samples");
    return nan;
  }
  std::vector<double> errors(y_true.size());
  std::transform(y_true.begin(), y_true.end(), y_pred.begin(), errors.begin(),
                 [](double a, double b) { return std::abs(a - b); });
  const auto middle = errors.begin() + std::ptrdiff_t(errors.size() / 2);
  std::nth_element(errors.begin(), middle, errors.end());
  if (errors.size() % 2 == 1)
    return *middle;
  return (*std::max_element(errors.begin(), middle) + *middle) / 2;
}

}  // namespace hebb::metrics
