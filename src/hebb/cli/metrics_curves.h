// hebb metrics --curves FILE.csv: what a binary task's rates are at every threshold.
#pragma once

#include "hebb/cli/metric_arrays.h"

namespace hebb::cli {

// Columns threshold, true_positive_rate (recall), false_positive_rate, precision and f1; a row for
// each different score, from the strictest threshold on. Error: there is no y_score; a class is
// missing.
void write_curves(const Arrays& arrays, const MetricsOptions& options);

}  // namespace hebb::cli
