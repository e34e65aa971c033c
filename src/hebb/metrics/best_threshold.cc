#include "hebb/metrics/best_threshold.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/metrics/class_counts.h"
#include "hebb/metrics/sample_weights.h"

namespace hebb::metrics {
namespace {

struct Scored {
  double score;
  int64_t label;
  double weight;
};

std::vector<Scored> by_score(std::span<const double> scores, std::span<const int64_t> labels,
                             std::span<const double> weights) {
  check_weights(weights, scores.size());
  check(scores.size() == labels.size() && !scores.empty(),
        "there are {} scores and {} labels, should be as many, and one at least", scores.size(),
        labels.size());
  std::vector<Scored> out;
  for (size_t i = 0; i < scores.size(); ++i) {
    check(labels[i] == 0 || labels[i] == 1, "label {} of sample {} should be 0 or 1", labels[i], i);
    check(scores[i] >= 0 && scores[i] <= 1, "score {} of sample {} should be from 0 to 1",
          scores[i], i);
    out.push_back({scores[i], labels[i], weight_at(weights, i)});
  }
  std::sort(out.begin(), out.end(),
            [](const Scored& a, const Scored& b) { return a.score < b.score; });
  return out;
}

// From low on, below high.
double between(double low, double high) {
  return low <= 0.5 && high > 0.5 ? 0.5 : low + (high - low) / 2;
}

}  // namespace

double best_threshold(const Metric& metric, std::span<const double> scores,
                      std::span<const int64_t> labels, std::span<const double> weights) {
  const std::vector<Scored> all = by_score(scores, labels, weights);
  // Below all scores every sample is of class 1; each score that is passed makes one of class 0.
  ClassCounts counts(2);
  for (const Scored& one : all)
    counts.actual[size_t(one.label)] += one.weight;
  counts.predicted = {0, counts.total()};
  counts.correct = {0, counts.actual[1]};
  const auto value = [&] {
    const std::optional<double> found = metric.of_counts(counts);
    check_in(found.has_value(), ErrorKind::usage, "", "{} does not depend on a threshold",
             metric.name);
    return *found;
  };
  double best = value(), at = 0.5;
  bool any = false;
  const auto look_at = [&](double low, double high) {
    const double now = value(), threshold = between(low, high);
    const bool nearer = now == best && std::abs(threshold - 0.5) < std::abs(at - 0.5);
    if (any && !metric.is_better(now, best) && !nearer)
      return;
    any = true;
    best = now;
    at = threshold;
  };
  if (all.front().score > 0)
    look_at(0, all.front().score);
  for (size_t i = 0; i < all.size();) {
    const double score = all[i].score;
    for (; i < all.size() && all[i].score == score; ++i) {
      counts.predicted[1] -= all[i].weight;
      counts.predicted[0] += all[i].weight;
      if (all[i].label == 1)
        counts.correct[1] -= all[i].weight;
      else
        counts.correct[0] += all[i].weight;
    }
    look_at(score, i < all.size() ? all[i].score : 1);
  }
  return at;
}

}  // namespace hebb::metrics
