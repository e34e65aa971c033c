// Predictions as JSON: what `hebb predict --json` prints. For .cc files.
#pragma once

#include "hebb/base/json.h"
#include "hebb/run/predictor.h"

namespace hebb {

// Of a classification: {"input", "prediction_index", "label", "confidence", "top", "warnings"}, the
// `top` likeliest classes; else {"input", "prediction", "warnings"}. Where there is no prediction,
// its values are null, and "reason" says why. "lower" and "upper" where numbers have intervals,
// "columns" where columns stand beside.
Json prediction_json(const Prediction& prediction, const Predictor& predictor, int64_t top);

// {"lower": [...], "upper": [...]}, where there are intervals.
void add_interval(const Prediction& prediction, const Predictor& predictor, Json& to);
// {"columns": {NAME: cell}} of the columns that stand beside (Predictor::sides), where there are
// some.
void add_sides(const Prediction& prediction, const std::vector<std::string>& sides, Json& to);

// The class that is named, then the `top` - 1 likeliest others, of equal ones the lower first.
std::vector<int64_t> likeliest(const Prediction& prediction, int64_t top);

}  // namespace hebb
