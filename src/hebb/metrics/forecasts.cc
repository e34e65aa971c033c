#include "hebb/metrics/forecasts.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"

namespace hebb::metrics {
namespace {

void check_pair(std::span<const double> y_true, std::span<const double> y_pred, const char* name) {
  check(y_true.size() == y_pred.size(), "y_true has {} values but {} has {}", y_true.size(), name,
        y_pred.size());
  for (size_t i = 0; i < y_true.size(); ++i)
    check(!std::isnan(y_true[i]) && !std::isnan(y_pred[i]), "value {} is not a number (NaN)", i);
}

// The mean of of(i) over n values.
template <class F>
double mean_of(size_t n, const char* name, Warnings* warnings, const F& of) {
  if (n == 0) {
    warn(warnings, fmt::format("{} is undefined: there are no samples", name));
    return nan;
  }
  double sum = 0;
  for (size_t i = 0; i < n; ++i)
    sum += of(i);
  return sum / double(n);
}

}  // namespace

double naive_error(std::span<const double> series, int64_t season, Warnings* warnings) {
  check(season >= 1, "the season is {}, should be at least 1", season);
  const auto lag = size_t(season);
  if (series.size() <= lag) {
    warn(warnings, fmt::format("the naive forecast is undefined: {} values for a season of {}",
                               series.size(), season));
    return nan;
  }
  return mean_of(series.size() - lag, "the naive forecast", warnings,
                 [&](size_t i) { return std::abs(series[i + lag] - series[i]); });
}

double mean_absolute_scaled_error(std::span<const double> y_true, std::span<const double> y_pred,
                                  double scale, Warnings* warnings) {
  check_pair(y_true, y_pred, "y_pred");
  check(!(scale < 0), "the scale is {}, should be at least 0", scale);
  const double error = mean_of(y_true.size(), "mean_absolute_scaled_error", warnings,
                               [&](size_t i) { return std::abs(y_true[i] - y_pred[i]); });
  if (scale == 0) {
    if (error == 0)
      return 0;
    warn(warnings, "mean_absolute_scaled_error is undefined: the naive forecast has no error");
    return nan;
  }
  return error / scale;
}

double mean_pinball_loss(std::span<const double> y_true, std::span<const double> y_pred,
                         double alpha, Warnings* warnings) {
  check_pair(y_true, y_pred, "y_pred");
  check(alpha >= 0 && alpha <= 1, "alpha is {}, should be from 0 to 1", alpha);
  return mean_of(y_true.size(), "mean_pinball_loss", warnings, [&](size_t i) {
    const double low = y_true[i] - y_pred[i];
    return low >= 0 ? alpha * low : (alpha - 1) * low;
  });
}

double interval_coverage(std::span<const double> y_true, std::span<const double> low,
                         std::span<const double> high, Warnings* warnings) {
  check_pair(y_true, low, "low");
  check_pair(y_true, high, "high");
  return mean_of(y_true.size(), "interval_coverage", warnings,
                 [&](size_t i) { return double(y_true[i] >= low[i] && y_true[i] <= high[i]); });
}

}  // namespace hebb::metrics
