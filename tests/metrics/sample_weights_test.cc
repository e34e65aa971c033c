// Metrics of samples that count differently: a weight of k is k copies of the sample, and real
// numbers are scikit-learn's (tests/reference/sample_weights.json, written by sample_weights.py).
#include <gtest/gtest.h>
#include <algorithm>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "hebb/base/file.h"
#include "hebb/metrics/best_threshold.h"
#include "hebb/metrics/measure.h"
#include "hebb/metrics/metric.h"
#include "hebb/ops/create.h"
#include "hebb/ops/indexing.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb::metrics {
namespace {

// Outputs and targets of a few samples, and how often each is there.
struct Drawn {
  int64_t columns = 1;
  std::vector<double> outputs = {}, targets = {}, weights = {};

  Tensor output() const { return Tensor::from(outputs, {int64_t(targets.size()), columns}); }
  Tensor target(bool classes) const {
    const Tensor y = Tensor::from(targets, {int64_t(targets.size())});
    return classes ? y.to(i64) : y.reshape({int64_t(targets.size()), 1});
  }
  Tensor weight() const { return Tensor::from(weights, {int64_t(weights.size())}); }

  Drawn copied() const {
    Drawn out{.columns = columns};
    for (size_t i = 0; i < targets.size(); ++i)
      for (int k = 0; k < int(weights[i]); ++k) {
        out.outputs.insert(out.outputs.end(), outputs.begin() + int64_t(i) * columns,
                           outputs.begin() + int64_t(i + 1) * columns);
        out.targets.push_back(targets[i]);
      }
    return out;
  }
};

// level: added to quantities.
Drawn drawn(int64_t classes, int64_t columns, double level = 0) {
  constexpr int samples = 40;
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  Drawn out{.columns = columns};
  for (int i = 0; i < samples; ++i) {
    for (int64_t k = 0; k < columns; ++k)
      out.outputs.push_back(level + std::round(normal(random) * 4) / 4);  // with ties
    out.targets.push_back(classes > 0 ? double(random() % uint64_t(classes))
                                      : level + std::round(normal(random) * 8) / 8);
    out.weights.push_back(double(random() % 4));
  }
  return out;
}

TEST(SampleWeights, AreCopiesInEveryMetric) {
  int tried = 0, refused = 0;
  for (const std::string& word : metric_names()) {
    const Metric made = metric(word);
    const bool numbers = made.of_numbers();
    const bool logarithmic = full_name(word).ends_with("log_error");  // of positive numbers
    const Drawn data = numbers ? drawn(0, 1, logarithmic ? 4 : 0) : drawn(3, 3),
                copies = data.copied();
    Metric weighted = made, plain = made;
    const std::string message =
        message_of([&] { weighted.update(data.output(), data.target(!numbers), data.weight()); });
    if (message != "no error") {
      EXPECT_NE(message.find("takes no weights of samples"), std::string::npos) << message;
      ++refused;
      continue;
    }
    plain.update(copies.output(), copies.target(!numbers));
    const double near = 1e-12 * std::max(1.0, std::abs(plain.value()));
    EXPECT_NEAR(weighted.value(), plain.value(), near) << word;
    // In two parts, and from a state.
    Metric first = made, second = made;
    const auto part = [&](Metric& to, int64_t begin, int64_t end) {
      const Slice rows(begin, end);
      to.update(data.output()[{rows}], data.target(!numbers)[{rows}], data.weight()[{rows}]);
    };
    part(first, 0, 15);
    part(second, 15, 40);
    first.merge(second);
    EXPECT_NEAR(first.value(), plain.value(), near) << word;
    ++tried;
  }
  EXPECT_GT(tried, 25);
  EXPECT_EQ(refused, 4);  // the two errors of calibration, by both of their names
}

TEST(SampleWeights, OfTwoClassesWithOneOutput) {
  const Drawn data = drawn(2, 1), copies = data.copied();
  for (const char* word : {"accuracy", "f1", "roc_auc", "average_precision", "log_loss"}) {
    Metric weighted = metric(word), plain = metric(word);
    weighted.update(data.output(), data.target(true), data.weight());
    plain.update(copies.output(), copies.target(true));
    EXPECT_NEAR(weighted.value(), plain.value(), 1e-12) << word;
  }
}

double found(const Measured& all, const std::string& name) {
  for (const auto& [key, value] : all.values)
    if (key == name)
      return value;
  ADD_FAILURE() << name << " is missing";
  return std::nan("");
}

bool says(const Measured& all, std::string_view words) {
  return std::any_of(all.warnings.begin(), all.warnings.end(),
                     [&](const std::string& line) { return line.find(words) != line.npos; });
}

// Real weights, beside scikit-learn; keep: also where scores are counted in bins.
TEST(SampleWeights, FollowScikitLearn) {
  const auto cases = nlohmann::json::parse(read_file(reference_folder() / "sample_weights.json"));
  for (const auto& c : cases) {
    const std::vector<double> weights = c["weights"], scores = c["y_score"];
    Measured all;
    if (c["task"] == "regression") {
      RegressionMeasures measures;
      measures.add(c["y_true"].get<std::vector<double>>(), scores, weights);
      all = measures.measured();
      EXPECT_TRUE(says(all, "median_absolute_error is left out"));
    } else {
      const std::vector<int64_t> truth = c["y_true"], predicted = c["y_pred"];
      const int64_t classes = c["classes"];
      ClassMeasures measures(classes);
      measures.add(truth, predicted, scores, weights);
      all = measures.measured();
      EXPECT_TRUE(says(all, "calibration is left out"));
      ClassMeasures in_bins(classes, {.class_names = {}, .keep = 10});
      in_bins.add(truth, predicted, scores, weights);
      EXPECT_NEAR(found(in_bins.measured(), "roc_auc"), found(all, "roc_auc"),
                  0.02);  // ties by rounding
    }
    EXPECT_EQ(all.samples, int64_t(weights.size()));
    for (const auto& [name, value] : c["want"].items())
      EXPECT_NEAR(found(all, name), value.get<double>(), 1e-9) << c["task"] << " " << name;
  }
  EXPECT_EQ(cases.size(), 3u);
}

TEST(SampleWeights, SamplesOfAClassStayCounts) {
  ClassMeasures measures(2);
  measures.add(std::vector<int64_t>{0, 0, 1}, std::vector<int64_t>{0, 1, 1}, std::nullopt,
               std::vector<double>{0.5, 0.25, 10});
  const Measured all = measures.measured();
  EXPECT_EQ(all.samples, 3);
  EXPECT_EQ(all.classes[0].support, 2);
  EXPECT_NEAR(found(all, "accuracy"), 10.5 / 10.75, 1e-12);
  EXPECT_EQ(measures.confusion().at(0, 1), 1);
}

TEST(SampleWeights, ChooseTheThreshold) {
  const std::vector<double> scores = {0.1, 0.3, 0.6, 0.8}, weights = {1, 3, 1, 1};
  const std::vector<int64_t> labels = {0, 1, 0, 1};
  // The heavy sample of class 1 at 0.3 is worth the mistake at 0.6.
  EXPECT_NEAR(best_threshold(accuracy(), scores, labels, weights), 0.2, 1e-12);
  EXPECT_NEAR(best_threshold(accuracy(), scores, labels), 0.7, 0.51);
}

TEST(SampleWeights, AreChecked) {
  const std::vector<int64_t> labels = {0, 1};
  for (const auto& [weights, words] :
       {std::pair(std::vector<double>{1}, "1 weights for 2 samples"),
        std::pair(std::vector<double>{1, -1}, "the weight of sample 1 is -1"),
        std::pair(std::vector<double>{NAN, 1}, "the weight of sample 0 is nan")}) {
    ClassCounts counts(2);
    EXPECT_NE(message_of([&] { counts.add(labels, labels, weights); }).find(words),
              std::string::npos);
  }
}

}  // namespace
}  // namespace hebb::metrics
