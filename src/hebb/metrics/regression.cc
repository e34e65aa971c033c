#include "hebb/metrics/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"

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
  return enough(sums, name, warnings) ? sums.*sum / double(sums.count) : nan;
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

// Mean and sum of squared differences from it, with one value more, the count-th. Welford 1962.
void add_value(double& mean, double& spread, double value, double count) {
  const double off = value - mean;
  mean += off / count;
  spread += off * (value - mean);
}

}  // namespace

void RegressionSums::add(double truth, double prediction) {
  const double error = truth - prediction, size = std::abs(error);
  ++count;
  absolute += size;
  squared += error * error;
  if (size > largest || std::isnan(size))
    largest = size;  // a NaN, once in, stays
  percentage += size / std::max(std::abs(truth), std::numeric_limits<double>::epsilon());
  if (truth > -1 && prediction > -1)
    squared_log += std::pow(std::log1p(truth) - std::log1p(prediction), 2);
  else
    ++without_log;
  add_value(mean, spread, truth, double(count));
  add_value(error_mean, error_spread, error, double(count));
}

void RegressionSums::add(std::span<const double> y_true, std::span<const double> y_pred) {
  check_pairs(y_true, y_pred);
  for (size_t i = 0; i < y_true.size(); ++i)
    add(y_true[i], y_pred[i]);
}

void RegressionSums::merge(const RegressionSums& other) {
  if (other.count == 0)
    return;
  const auto mine = double(count), theirs = double(other.count), all = mine + theirs;
  const auto merge = [&](double& to_mean, double& to_spread, double from_mean, double from_spread) {
    const double off = from_mean - to_mean;
    to_spread += from_spread + off * off * (mine * theirs / all);
    to_mean += off * (theirs / all);
  };
  merge(mean, spread, other.mean, other.spread);
  merge(error_mean, error_spread, other.error_mean, other.error_spread);
  count += other.count;
  absolute += other.absolute;
  squared += other.squared;
  if (other.largest > largest || std::isnan(other.largest))
    largest = other.largest;
  percentage += other.percentage;
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
    return explained(s.squared, s.spread, "r2", w);
  warn(w, "r2 is undefined for fewer than two samples");
  return nan;
}

double explained_variance_score(const RegressionSums& s, Warnings* w) {
  return enough(s, "explained_variance", w)
             ? explained(s.error_spread, s.spread, "explained_variance", w)
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
