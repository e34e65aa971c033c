// Metrics at their anchors, and how data are divided.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "hebb/course/worked_number.h"
#include "hebb/data/splits.h"
#include "hebb/data/tensors.h"
#include "hebb/metrics/measure.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random.h"

namespace hebb::course {
namespace {

double value_of(const metrics::Measured& measured, std::string_view name) {
  for (const auto& [known, value] : measured.values)
    if (known == name)
      return value;
  return std::numeric_limits<double>::quiet_NaN();
}

void rare_disease(Checks& checks) {
  std::vector<int64_t> truth(100, 0), healthy(100, 0);
  truth[17] = 1;
  const auto measured = metrics::measure_binary(truth, std::span<const int64_t>(healthy), {});
  checks.near("accuracy", 0.99, value_of(measured, "accuracy"), 1e-12);
  checks.near("recall", 0, value_of(measured, "recall"), 0);
  checks.near("balanced accuracy", 0.5, value_of(measured, "balanced_accuracy"), 1e-12);
  checks.near("F1", 0, value_of(measured, "f1"), 0);
  checks.near("Matthews correlation", 0, value_of(measured, "matthews_corrcoef"), 0);
  checks.holds(
      "a warning says that it is 0/0",
      std::any_of(measured.warnings.begin(), measured.warnings.end(), [](const std::string& line) {
        return line.find("matthews_corrcoef") != std::string::npos;
      }));
}

double area(const std::vector<int64_t>& truth, const std::vector<double>& score) {
  return value_of(metrics::measure_binary(truth, {}, std::span<const double>(score)), "roc_auc");
}

// Ten negatives at 0.5/11, 1.5/11, ...; each positive lies above so many of them.
double area_above(const std::vector<int64_t>& above) {
  std::vector<int64_t> truth;
  std::vector<double> score;
  for (int i = 0; i < 10; ++i) {
    truth.push_back(0);
    score.push_back((i + 0.5) / 11);
  }
  for (int64_t n : above) {
    truth.push_back(1);
    score.push_back(double(n) / 11);
  }
  return area(truth, score);
}

void areas(Checks& checks) {
  checks.near("perfect", 1, area({0, 0, 1, 1}, {0.1, 0.2, 0.7, 0.9}), 1e-12);
  checks.near("the same score for all", 0.5, area({0, 1, 0, 1}, {0.3, 0.3, 0.3, 0.3}), 1e-12);
  checks.near("inverted", 0, area({0, 0, 1, 1}, {0.9, 0.7, 0.2, 0.1}), 1e-12);
  const auto random = rand({20000}, f64).to_vector<double>();
  std::vector<int64_t> labels(random.size());
  for (size_t i = 0; i < labels.size(); ++i)
    labels[i] = int64_t(i % 2);
  checks.near("random scores", 0.5, area(labels, random), 0.02);
  // The share of pairs that are in order: 30 of 40, and 43 of 50.
  checks.near("a model of 0.75", 0.75, area_above({9, 8, 7, 6}), 1e-12);
  checks.near("a model of 0.86", 0.86, area_above({10, 10, 9, 8, 6}), 1e-12);
}

void determination(Checks& checks) {
  const std::vector<double> y = {1, 2, 4, 7}, mean(4, 3.5), worse = {7, 4, 2, 1};
  checks.near("perfect", 1, value_of(metrics::measure_regression(y, y), "r2"), 1e-12);
  checks.near("the mean", 0, value_of(metrics::measure_regression(y, mean), "r2"), 1e-12);
  // Squared errors 36 + 4 + 4 + 36 over squared distances from the mean 21.
  checks.near("worse than the mean", 1 - 80.0 / 21,
              value_of(metrics::measure_regression(y, worse), "r2"), 1e-12);
}

void parts_of_data(Checks& checks) {
  const std::vector<double> shares = {0.7, 0.15, 0.15};
  int64_t tried = 0, exact = 0, disjoint = 0, again = 0;
  for (int64_t n : {20, 100, 101, 999, 1000, 60000}) {
    ++tried;
    const data::Dataset all = data::from_tensors(zeros({n, 1}), zeros({n}, i64));
    const auto parts = data::split(all, shares, 3), same = data::split(all, shares, 3);
    bool sizes = true;
    std::set<int64_t> seen;
    bool repeated = true;
    for (size_t i = 0; i < parts.size(); ++i) {
      sizes = sizes && std::fabs(double(parts[i].size()) - shares[i] * double(n)) < 1;
      const auto indices = parts[i].source_indices();
      seen.insert(indices.begin(), indices.end());
      repeated = repeated && indices == same[i].source_indices();
    }
    exact += sizes && parts[0].size() + parts[1].size() + parts[2].size() == n;
    disjoint += int64_t(seen.size()) == n;
    again += repeated;
  }
  checks.equal("sizes within one of 70/15/15, and complete", tried, exact);
  checks.equal("disjoint", tried, disjoint);
  checks.equal("the same parts by the same seed", tried, again);
  const auto sizes = data::split_sizes(1000, shares);
  checks.equal("of 1000: training", 700, sizes[0]);
  checks.equal("of 1000: validation", 150, sizes[1]);
  checks.equal("of 1000: test", 150, sizes[2]);
  checks.equal("of 1000, 95/5: test", 50, data::split_sizes(1000, {0.95, 0.05})[1]);
}

}  // namespace

constinit const WorkedNumber worked::A34 = {
    .id = "A34", .what = "a rare disease, and always \"healthy\"", .compute = rare_disease};
constinit const WorkedNumber worked::A35 = {
    .id = "A35", .what = "areas under ROC curves", .compute = areas};
constinit const WorkedNumber worked::A36 = {
    .id = "A36", .what = "the coefficient of determination", .compute = determination};
constinit const WorkedNumber worked::A37 = {
    .id = "A37", .what = "parts of data, 70/15/15", .compute = parts_of_data};

}  // namespace hebb::course
