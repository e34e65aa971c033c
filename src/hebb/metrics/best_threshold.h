// The probability from which on the second of two classes should be named.
#pragma once

#include <cstdint>
#include <span>

#include "hebb/metrics/metric.h"

namespace hebb::metrics {

// scores: of class 1, from 0 to 1; labels: 0 or 1. The threshold t at which naming class 1 where
// its score is above t is best by the metric: halfway between two scores, so that it does not hang
// on one of them; of equally good ones the nearest to 0.5. Exact: all of them are tried. Error
// (usage): the metric does not depend on a threshold; (invalid): no samples, or another label.
// weights: how much each sample counts; empty: 1.
double best_threshold(const Metric& metric, std::span<const double> scores,
                      std::span<const int64_t> labels, std::span<const double> weights = {});

}  // namespace hebb::metrics
