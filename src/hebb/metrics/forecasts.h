// Errors of forecasts: relative to a naive one, and of quantiles. The symmetric percentage error is
// among those of regression.h.
#pragma once

#include <cstdint>
#include <span>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// The mean absolute error of the naive forecast, which says what was seen `season` values before:
// what MASE divides by. NaN, with a warning, for a series that is not longer than the season.
double naive_error(std::span<const double> series, int64_t season = 1,
                   Warnings* warnings = nullptr);

// Mean absolute scaled error: below 1 is better than the naive forecast was on the series that was
// learnt from. Source: Hyndman and Koehler 2006. A scale of 0 gives NaN, with a warning, unless all
// errors are 0.
double mean_absolute_scaled_error(std::span<const double> y_true, std::span<const double> y_pred,
                                  double scale, Warnings* warnings = nullptr);

// Of a forecast of the quantile `alpha` (0.9: nine of ten are below): alpha times what it is too
// low, 1 - alpha times what it is too high. Source: Koenker and Bassett 1978.
double mean_pinball_loss(std::span<const double> y_true, std::span<const double> y_pred,
                         double alpha = 0.5, Warnings* warnings = nullptr);

// Share of truths that lie within their intervals, ends included.
double interval_coverage(std::span<const double> y_true, std::span<const double> low,
                         std::span<const double> high, Warnings* warnings = nullptr);

}  // namespace hebb::metrics
