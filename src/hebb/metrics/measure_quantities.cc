// All metrics of quantities.
#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/metrics/collector.h"
#include "hebb/metrics/regression.h"

namespace hebb::metrics {

namespace {

void add_median(Collector& all, const ErrorMedian& errors) {
  const Area median = errors.median(&all.warnings);
  all.add("median_absolute_error", median.value);
  if (!errors.exact())
    all.warnings.add(
        fmt::format("median_absolute_error is from {} bins, as there are more than {} errors: it "
                    "is at most {:.2g} away from the exact one",
                    ErrorMedian::bins, ErrorMedian::most_exact, median.bound));
}

}  // namespace

Measured measure_regression(std::span<const double> y_true, std::span<const double> y_pred) {
  RegressionMeasures measures(std::numeric_limits<int64_t>::max());
  measures.add(y_true, y_pred);
  return measures.measured();
}

void RegressionMeasures::add(std::span<const double> y_true, std::span<const double> y_pred,
                             std::span<const double> weights) {
  sums_.add(y_true, y_pred, weights);
  weighted_ = weighted_ || !weights.empty();
  samples_ += int64_t(y_true.size());
  for (size_t i = 0; i < y_true.size(); ++i) {
    errors_.add(std::abs(y_true[i] - y_pred[i]));
    not_negative_ = not_negative_ && y_true[i] >= 0 && y_pred[i] >= 0;
  }
}

Measured RegressionMeasures::measured() const {
  Collector all;
  all.out.samples = samples_;
  Warnings* warnings = &all.warnings;
  all.add("mean_absolute_error", mean_absolute_error(sums_, warnings));
  all.add("mean_squared_error", mean_squared_error(sums_, warnings));
  all.add("root_mean_squared_error", root_mean_squared_error(sums_, warnings));
  if (weighted_)
    all.leave_out("median_absolute_error is");
  else
    add_median(all, errors_);
  all.add("max_error", max_error(sums_, warnings));
  all.add("mean_absolute_percentage_error", mean_absolute_percentage_error(sums_, warnings));
  all.add("symmetric_mean_absolute_percentage_error",
          symmetric_mean_absolute_percentage_error(sums_, warnings));
  all.add("r2", r2_score(sums_, warnings));
  all.add("explained_variance", explained_variance_score(sums_, warnings));
  if (not_negative_) {
    all.add("mean_squared_log_error", mean_squared_log_error(sums_, warnings));
    all.add("root_mean_squared_log_error", root_mean_squared_log_error(sums_, warnings));
  }
  return std::move(all).done();
}

}  // namespace hebb::metrics
