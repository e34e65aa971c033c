// hebb metrics --by COLUMN: the same measures for each part of the samples, and their differences.
#pragma once

#include <functional>
#include <vector>

#include "hebb/base/json.h"
#include "hebb/cli/metric_arrays.h"
#include "hebb/metrics/populations.h"

namespace hebb::cli {

std::vector<metrics::Population> measure_populations(
    const Arrays& arrays, const MetricsOptions& options,
    const std::function<metrics::Measured(const Arrays&)>& measure);
Json populations_json(const std::vector<metrics::Population>& populations);
void print_populations(const std::vector<metrics::Population>& populations, const std::string& by);

}  // namespace hebb::cli
