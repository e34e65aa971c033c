// The best threshold against all that can be tried, one after the other.

#include "hebb/metrics/best_threshold.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/base/error.h"
#include "hebb/base/philox.h"
#include "support/message_of.h"

namespace hebb::metrics {
namespace {

// What the metric says of labels that are named by the threshold.
double at_threshold(const Metric& metric, double threshold, const std::vector<double>& scores,
                    const std::vector<int64_t>& labels) {
  Metric m = metric;
  m.reset();
  std::vector<float> named;
  for (double score : scores)
    named.push_back(score > threshold ? 1.0f : -1.0f);
  const int64_t n = int64_t(named.size());
  m.update(Tensor::from(named, {n}), Tensor::from(labels, {n}));
  return m.value();
}

TEST(BestThreshold, IsTheBestOfAll) {
  Philox random(5);
  for (const char* word : {"accuracy", "balanced_accuracy", "f1", "f1_macro", "precision", "recall",
                           "matthews_corrcoef", "jaccard", "specificity", "cohen_kappa"})
    for (int64_t n : {1, 2, 7, 60}) {
      std::vector<double> scores;
      std::vector<int64_t> labels;
      for (int64_t i = 0; i < n; ++i) {
        const double noise = random.uniform();
        labels.push_back(noise > 0.7);
        scores.push_back(std::round(8 * (0.5 * noise + 0.4 * random.uniform())) / 8);  // with ties
      }
      const Metric m = metric(word);
      const double found = best_threshold(m, scores, labels),
                   value = at_threshold(m, found, scores, labels);
      for (double t = 0; t <= 1; t += 1.0 / 64) {
        const double other = at_threshold(m, t, scores, labels);
        EXPECT_FALSE(m.is_better(other, value))
            << word << " " << n << ": " << t << " gives " << other << ", " << found << " " << value;
      }
    }
}

TEST(BestThreshold, LiesHalfwayAndLikesTheMiddle) {
  const auto of = [](std::vector<double> scores, std::vector<int64_t> labels) {
    return best_threshold(accuracy(), scores, labels);
  };
  EXPECT_EQ(of({0.1, 0.2, 0.25, 0.75}, {0, 0, 0, 1}), 0.5);
  EXPECT_EQ(of({0.125, 0.25, 0.375}, {0, 1, 1}), 0.1875);
  EXPECT_EQ(of({0.625, 0.75, 1}, {0, 0, 1}), 0.875);
  EXPECT_EQ(of({0, 0, 0}, {0, 0, 0}), 0.5);
  EXPECT_EQ(of({1, 1}, {0, 0}), 1);
  EXPECT_EQ(of({0.25}, {1}), 0.125);
}

TEST(BestThreshold, RefusesWhatHasNone) {
  const std::vector<double> scores = {0.25, 0.75};
  const std::vector<int64_t> labels = {0, 1}, other = {0, 2};
  for (const char* word : {"roc_auc", "average_precision", "r2"})
    EXPECT_NE(message_of([&] {
                best_threshold(metric(word), scores, labels);
              }).find(std::string(word) + " does not depend on a threshold"),
              std::string::npos);
  EXPECT_NE(
      message_of([&] { best_threshold(accuracy(), scores, other); }).find("label 2 of sample 1"),
      std::string::npos);
  EXPECT_NE(message_of([&] { best_threshold(accuracy(), {}, {}); }).find("one at least"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb::metrics
