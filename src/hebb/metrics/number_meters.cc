// Metrics of quantities, from sums over errors.
#include <utility>

#include "hebb/metrics/metric_entry.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/predictions.h"
#include "hebb/metrics/regression.h"
#include "hebb/metrics/sample_weights.h"
#include "hebb/metrics/weighted_meter.h"

namespace hebb::metrics {
namespace {

using Regression = double (*)(const RegressionSums&, Warnings*);

struct SumMeter final : Copied<SumMeter> {
  RegressionSums sums;
  Regression score;
  explicit SumMeter(Regression score) : score(score) {}
  bool of_numbers() const override { return true; }
  void reset() override { sums = {}; }
  void add(const Tensor& outputs, const Tensor& targets, std::span<const double> given) override {
    check(outputs.numel() == targets.numel(), "outputs {} and targets {} do not belong together",
          describe(outputs), describe(targets));
    const auto truth = targets.to_vector<double>(), prediction = outputs.to_vector<double>();
    const std::vector<double> weights = weights_of_places(given, truth.size());
    RegressionSums batch;
    for (size_t i = 0; i < truth.size(); ++i)
      batch.add(truth[i], prediction[i], weight_at(weights, i));
    sums.merge(batch);
  }
  double value(Warnings* warnings) const override {
    return sums.count ? score(sums, warnings) : nan;
  }
  std::vector<double> state() const override {
    return {double(sums.count),
            sums.absolute,
            sums.squared,
            sums.largest,
            sums.percentage,
            sums.squared_log,
            double(sums.without_log),
            sums.truth.origin,
            sums.truth.mean,
            sums.truth.squares,
            sums.error.origin,
            sums.error.mean,
            sums.error.squares,
            sums.symmetric,
            sums.weight};
  }
  void merge(std::span<const double> s) override {
    check_state(s.size() >= 13 && s.size() <= 15);  // the last two came later
    sums.merge({count_of(s[0]),
                s[1],
                s[2],
                s[3],
                s[4],
                s[5],
                count_of(s[6]),
                {s[7], s[8], s[9]},
                {s[10], s[11], s[12]},
                s.size() > 13 ? s[13] : 0,
                amount_of(s.size() > 14 ? s[14] : s[0])});
  }
};

Metric regression(std::string name, Regression score, Better better = Better::lower) {
  return {std::move(name), better, std::make_unique<SumMeter>(score)};
}

}  // namespace

Metric mean_absolute_error() {
  return regression("mean_absolute_error", static_cast<Regression>(mean_absolute_error));
}
constinit const MetricEntry metric_word::mean_absolute_error = {
    .name = "mean_absolute_error",
    .short_form = "mae",
    .what = "mean of the absolute errors",
    .make = [](std::string_view) { return metrics::mean_absolute_error(); },
    .relatives = {"median_absolute_error"},
};

Metric mean_squared_error() {
  return regression("mean_squared_error", static_cast<Regression>(mean_squared_error));
}
constinit const MetricEntry metric_word::mean_squared_error = {
    .name = "mean_squared_error",
    .short_form = "mse",
    .what = "mean of the squared errors",
    .make = [](std::string_view) { return metrics::mean_squared_error(); },
};

Metric root_mean_squared_error() {
  return regression("root_mean_squared_error", static_cast<Regression>(root_mean_squared_error));
}
constinit const MetricEntry metric_word::root_mean_squared_error = {
    .name = "root_mean_squared_error",
    .short_form = "rmse",
    .what = "root of the mean squared error",
    .make = [](std::string_view) { return metrics::root_mean_squared_error(); },
};

Metric mean_squared_log_error() {
  return regression("mean_squared_log_error", static_cast<Regression>(mean_squared_log_error));
}
constinit const MetricEntry metric_word::mean_squared_log_error = {
    .name = "mean_squared_log_error",
    .short_form = "msle",
    .what = "mean of the squared errors of ln(1 + value)",
    .make = [](std::string_view) { return metrics::mean_squared_log_error(); },
};

Metric root_mean_squared_log_error() {
  return regression("root_mean_squared_log_error",
                    static_cast<Regression>(root_mean_squared_log_error));
}
constinit const MetricEntry metric_word::root_mean_squared_log_error = {
    .name = "root_mean_squared_log_error",
    .short_form = "rmsle",
    .what = "root of the mean squared error of ln(1 + value)",
    .make = [](std::string_view) { return metrics::root_mean_squared_log_error(); },
};

Metric mean_absolute_percentage_error() {
  return regression("mean_absolute_percentage_error",
                    static_cast<Regression>(mean_absolute_percentage_error));
}
constinit const MetricEntry metric_word::mean_absolute_percentage_error = {
    .name = "mean_absolute_percentage_error",
    .short_form = "mape",
    .what = "mean of the absolute errors over the targets",
    .make = [](std::string_view) { return metrics::mean_absolute_percentage_error(); },
};

Metric symmetric_mean_absolute_percentage_error() {
  return regression("symmetric_mean_absolute_percentage_error",
                    static_cast<Regression>(symmetric_mean_absolute_percentage_error));
}
constinit const MetricEntry metric_word::symmetric_mean_absolute_percentage_error = {
    .name = "symmetric_mean_absolute_percentage_error",
    .short_form = "smape",
    .what = "mean of the errors over the mean of target and prediction",
    .make = [](std::string_view) { return metrics::symmetric_mean_absolute_percentage_error(); },
};

Metric max_error() {
  return regression("max_error", static_cast<Regression>(max_error));
}
constinit const MetricEntry metric_word::max_error = {
    .name = "max_error",
    .what = "the largest absolute error",
    .make = [](std::string_view) { return metrics::max_error(); },
};

Metric r2() {
  return regression("r2", r2_score, Better::higher);
}
constinit const MetricEntry metric_word::r2 = {
    .name = "r2",
    .what = "share of the variance that is explained, about the mean",
    .make = [](std::string_view) { return metrics::r2(); },
};

Metric explained_variance() {
  return regression("explained_variance", explained_variance_score, Better::higher);
}
constinit const MetricEntry metric_word::explained_variance = {
    .name = "explained_variance",
    .what = "share of the variance that is explained",
    .make = [](std::string_view) { return metrics::explained_variance(); },
};

}  // namespace hebb::metrics
