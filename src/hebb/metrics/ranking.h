// Metrics of how scores rank samples: ROC and precision-recall curves and the areas under them.
// Equal scores are one point of the curve (ROC's area by trapezoids, average precision by steps);
// areas come from whole numbers of pairs, so no order of samples changes them. weights: how much
// each sample counts; empty: 1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hebb/metrics/classification.h"
#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// From the strictest threshold (infinity: nothing is positive) to the laxest. A rate with
// denominator zero is NaN, with a warning.
struct RocCurve {
  std::vector<double> fpr, tpr, thresholds;
};
RocCurve roc_curve(std::span<const int64_t> y_true, std::span<const double> y_score,
                   Warnings* warnings = nullptr);

// By rising threshold; the last point, precision 1 and recall 0, has none. Recall is 1 throughout
// when there are no positives.
struct PrecisionRecallCurve {
  std::vector<double> precision, recall, thresholds;
};
PrecisionRecallCurve precision_recall_curve(std::span<const int64_t> y_true,
                                            std::span<const double> y_score,
                                            Warnings* warnings = nullptr);

// Binary: y_true holds 0 and 1, y_score any numbers that grow with belief in 1. Without both
// classes the area is NaN, with a warning.
double roc_auc_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                     Warnings* warnings = nullptr, std::span<const double> weights = {});
double average_precision_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                               Warnings* warnings = nullptr, std::span<const double> weights = {});

// Several classes; y_score [samples, classes]. NaN, with a warning, when a class has no samples.
double roc_auc_ovr_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                         int64_t classes, Average average = Average::macro,
                         Warnings* warnings = nullptr,
                         std::span<const double> weights = {});  // each class against the rest
double roc_auc_ovo_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                         int64_t classes, Average average = Average::macro,
                         Warnings* warnings = nullptr);  // each pair of classes; macro or weighted
double average_precision_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                               int64_t classes, Average average = Average::macro,
                               Warnings* warnings = nullptr, std::span<const double> weights = {});

}  // namespace hebb::metrics
