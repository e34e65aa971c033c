// All metrics of the tasks beyond classes and numbers, as measure.h has them for those: what
// `hebb metrics --task ...` prints.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/metrics/detection.h"
#include "hebb/metrics/measure.h"

namespace hebb::metrics {

// Rows of 0 and 1, [samples, labels]; y_score as large. One of y_pred and y_score may be left out;
// without y_pred a label holds where its score is at least the threshold.
Measured measure_multilabel(std::span<const int64_t> y_true,
                            std::optional<std::span<const int64_t>> y_pred,
                            std::optional<std::span<const double>> y_score, int64_t labels,
                            double threshold = 0.5);

// relevance and y_score: [queries, candidates]. Measures at the first k, for each of these k, and
// of all.
Measured measure_ranking(std::span<const double> relevance, std::span<const double> y_score,
                         int64_t candidates, std::span<const int64_t> at);

// Labels of all places of all pictures, in one row; those that are `ignored` do not count. Error:
// as measure_multiclass.
Measured measure_segmentation(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                              std::optional<int64_t> ignored = {});

// y_true: classes, where they are known. points: [samples, features], where distances are wanted.
Measured measure_clustering(std::optional<std::span<const int64_t>> y_true,
                            std::span<const int64_t> y_pred,
                            std::optional<std::span<const double>> points);

struct ForecastOptions {
  std::span<const double>
      history{};  // what was known before: MASE is relative to its naive forecast
  int64_t season = 1;
  // [samples, quantiles] forecasts of these quantiles, from 0 to 1.
  std::span<const double> quantile_forecasts{}, quantiles{};
};
Measured measure_forecast(std::span<const double> y_true, std::span<const double> y_pred,
                          const ForecastOptions& options = {});

// texts: as many as there are lists of references, each with at least one. Error rates are against
// the first reference. bleu is sacreBLEU's number (13a, exponential smoothing) over 100, chrf
// likewise, meteor is its exact form (meteor.h), rouge1, rouge2, rougeL and rougeLsum are F1.
Measured measure_texts(std::span<const std::vector<std::string>> references,
                       std::span<const std::string> texts);

// nll: the negative log-likelihood of each token, in nats. right: how often the likeliest token was
// the right one, where that is known.
Measured measure_language_model(std::span<const double> nll, std::optional<int64_t> right = {});

// by_size: where it is given, also by the sizes of objects.
Measured measure_detection(const DetectionSums& sums, const DetectionsBySize* by_size = nullptr);

}  // namespace hebb::metrics
