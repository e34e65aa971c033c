// Predictions as JSON: what `hebb predict --json` prints. For .cc files.
#pragma once

#include "hebb/base/json.h"
#include "hebb/run/predictor.h"

namespace hebb {

// Of a classification: {"input", "prediction_index", "label", "confidence", "top", "warnings"}, the
// `top` likeliest classes; else {"input", "prediction", "warnings"}. Where there is no prediction,
// its values are null, and "reason" says why.
Json prediction_json(const Prediction& prediction, const Predictor& predictor, int64_t top);

// The class that is named, then the `top` - 1 likeliest others, of equal ones the lower first.
std::vector<int64_t> likeliest(const Prediction& prediction, int64_t top);

}  // namespace hebb
