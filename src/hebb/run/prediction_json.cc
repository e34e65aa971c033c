#include "hebb/run/prediction_json.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hebb/base/fields_json.h"
#include "hebb/tasks/class_name.h"

namespace hebb {
namespace {

double rounded(double confidence) {
  return std::round(confidence * 1e4) / 1e4;
}

Json class_json(const Prediction& prediction, const Predictor& predictor, int64_t top) {
  const std::vector<std::string>& labels = predictor.model().info.labels;
  Json out = {{"input", prediction.input},
              {"prediction_index", nullptr},
              {"label", nullptr},
              {"confidence", nullptr},
              {"top", Json::array()}};
  if (prediction.error)
    return out;
  for (int64_t c : likeliest(prediction, top))
    out["top"].push_back({{"label", class_name(labels, c)},
                          {"index", c},
                          {"confidence", rounded(prediction.values[size_t(c)])}});
  out["prediction_index"] = prediction.index;
  out["label"] = class_name(labels, prediction.index);
  out["confidence"] = rounded(prediction.values[size_t(prediction.index)]);
  return out;
}

}  // namespace

std::vector<int64_t> likeliest(const Prediction& prediction, int64_t top) {
  const std::vector<double>& p = prediction.values;
  std::vector<int64_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return p[size_t(a)] > p[size_t(b)]; });
  // By a threshold the class that is named may be the less likely one of two.
  if (const auto named = std::find(order.begin(), order.end(), prediction.index);
      named != order.end())
    std::rotate(order.begin(), named, named + 1);
  order.resize(std::min(order.size(), size_t(top)));
  return order;
}

void add_interval(const Prediction& prediction, const Predictor& predictor, Json& to) {
  if (!predictor.level())
    return;
  to["lower"] = prediction.error ? Json(nullptr) : fields::to_json(prediction.lower);
  to["upper"] = prediction.error ? Json(nullptr) : fields::to_json(prediction.upper);
}

void add_sides(const Prediction& prediction, const std::vector<std::string>& sides, Json& to) {
  if (sides.empty())
    return;
  Json columns = Json::object();
  for (size_t i = 0; i < sides.size() && i < prediction.sides.size(); ++i)
    columns[sides[i]] = prediction.sides[i];
  to["columns"] = std::move(columns);
}

Json prediction_json(const Prediction& prediction, const Predictor& predictor, int64_t top) {
  Json out;
  if (predictor.classifies())
    out = class_json(prediction, predictor, top);
  else
    out = {{"input", prediction.input},
           {"prediction", prediction.error ? Json(nullptr) : fields::to_json(prediction.values)}};
  add_interval(prediction, predictor, out);
  add_sides(prediction, predictor.sides(), out);
  out["warnings"] = prediction.warnings;
  if (prediction.error)
    out["reason"] = prediction.reason();
  return out;
}

}  // namespace hebb
