// Every metric against scikit-learn's values: tests/reference/metrics.json, written by metrics.py
// beside it.
#include <gtest/gtest.h>
#include <algorithm>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/metrics/measure.h"
#include "hebb/metrics/ranking.h"
#include "support/places.h"

namespace hebb::metrics {
namespace {

using json = nlohmann::json;
using Integers = std::vector<int64_t>;
using Doubles = std::vector<double>;

const json& reference() {
  static const json all = [] {
    return json::parse(read_file(reference_folder() / "metrics.json"));
  }();
  return all;
}

Measured measure(const json& c) {
  if (c.at("task") == "regression")
    return measure_regression(c.at("y_true").get<Doubles>(), c.at("y_pred").get<Doubles>());
  const auto y_true = c.at("y_true").get<Integers>();
  Integers pred;
  Doubles score;
  int64_t columns = 0;
  std::optional<std::span<const int64_t>> y_pred;
  std::optional<std::span<const double>> y_score;
  if (c.contains("y_pred"))
    y_pred = pred = c.at("y_pred").get<Integers>();
  if (c.contains("y_score")) {
    for (const json& row : c.at("y_score")) {
      const auto values = row.is_array() ? row.get<Doubles>() : Doubles{row.get<double>()};
      columns = int64_t(values.size());
      score.insert(score.end(), values.begin(), values.end());
    }
    y_score = score;
  }
  return c.at("task") == "binary" ? measure_binary(y_true, y_pred, y_score)
                                  : measure_multiclass(y_true, y_pred, y_score, columns);
}

bool near(double a, double b) {
  return std::abs(a - b) <= 1e-12 + 1e-9 * std::abs(b);
}

TEST(Metrics, AgreeWithScikitLearn) {
  int compared = 0;
  for (const json& c : reference().at("cases")) {
    SCOPED_TRACE(c.at("name").get<std::string>() + " (" + c.at("task").get<std::string>() + ")");
    const Measured got = measure(c);
    for (const auto& [name, want] : c.at("want").items()) {
      const auto found =
          std::find_if(got.values.begin(), got.values.end(),
                       [&, &wanted = name](const auto& pair) { return pair.first == wanted; });
      ASSERT_NE(found, got.values.end()) << name << " is missing";
      if (want.is_null())
        EXPECT_TRUE(std::isnan(found->second))
            << name << " is " << found->second << ", should be undefined";
      else
        EXPECT_TRUE(near(found->second, want.get<double>()))
            << name << " is " << found->second << ", should be " << want;
      ++compared;
    }
    if (!c.contains("confusion"))
      continue;
    ASSERT_TRUE(got.confusion.has_value());
    json matrix = json::array();
    for (int64_t row = 0; row < got.confusion->classes(); ++row) {
      const auto counts = got.confusion->row(row);
      matrix.push_back(Integers(counts.begin(), counts.end()));
    }
    EXPECT_EQ(matrix, c.at("confusion"));
  }
  EXPECT_GT(compared, 800);
}

void expect_near(const Doubles& got, const json& want) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_TRUE(near(got[i], want[i].get<double>())) << i;
}

TEST(Metrics, CurvesAgreeWithScikitLearn) {
  const json& c = reference().at("curves");
  const auto y_true = c.at("y_true").get<Integers>();
  const auto y_score = c.at("y_score").get<Doubles>();
  const RocCurve roc = roc_curve(y_true, y_score);
  expect_near(roc.fpr, c.at("fpr"));
  expect_near(roc.tpr, c.at("tpr"));
  EXPECT_TRUE(std::isinf(roc.thresholds.front()));
  expect_near(Doubles(roc.thresholds.begin() + 1, roc.thresholds.end()), c.at("thresholds"));
  const PrecisionRecallCurve pr = precision_recall_curve(y_true, y_score);
  expect_near(pr.precision, c.at("precision"));
  expect_near(pr.recall, c.at("recall"));
  expect_near(pr.thresholds, c.at("limits"));
}

}  // namespace
}  // namespace hebb::metrics
