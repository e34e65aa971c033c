#include "hebb/metrics/probability.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/sample_weights.h"

namespace hebb::metrics {

namespace {

// One column of scores stands for two classes.
int64_t columns_of(std::span<const int64_t> y_true, std::span<const double> y_score,
                   int64_t classes) {
  return classes == 2 && y_score.size() == y_true.size() ? 1 : classes;
}

double mean(double sum, double weight, const char* name, Warnings* warnings) {
  if (weight != 0)
    return sum / weight;
  warn(warnings, fmt::format("{} is undefined: there are no samples", name));
  return nan;
}

}  // namespace

void check_scores(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t columns,
                  int64_t classes) {
  check(int64_t(y_score.size()) == int64_t(y_true.size()) * columns,
        "y_score has {} values, but {} samples of {} scores each need {}", y_score.size(),
        y_true.size(), columns, int64_t(y_true.size()) * columns);
  for (size_t i = 0; i < y_true.size(); ++i)
    check(y_true[i] >= 0 && y_true[i] < classes, "y_true[{}] is {}, but labels go from 0 to {}", i,
          y_true[i], classes - 1);
  for (size_t i = 0; i < y_score.size(); ++i)
    check(!std::isnan(y_score[i]), "the score of sample {} is not a number (NaN)",
          i / size_t(columns));
}

std::vector<int64_t> predicted_labels(std::span<const double> y_score, double threshold) {
  std::vector<int64_t> out(y_score.size());
  std::transform(y_score.begin(), y_score.end(), out.begin(),
                 [&](double score) { return int64_t(score >= threshold); });
  return out;
}

std::vector<int64_t> predicted_labels(std::span<const double> y_score, int64_t classes) {
  check(classes > 0 && y_score.size() % size_t(classes) == 0, "{} scores are not rows of {}",
        y_score.size(), classes);
  std::vector<int64_t> out(y_score.size() / size_t(classes));
  for (size_t i = 0; i < out.size(); ++i) {
    const auto row = y_score.subspan(i * size_t(classes), size_t(classes));
    out[i] = std::max_element(row.begin(), row.end()) - row.begin();
  }
  return out;
}

void LogLossSum::add(std::span<const int64_t> y_true, std::span<const double> y_score,
                     int64_t classes, std::span<const double> weights) {
  const int64_t columns = columns_of(y_true, y_score, classes);
  check_scores(y_true, y_score, columns, classes);
  const auto clip = [&](double p) { return std::clamp(p, eps, 1 - eps); };
  check_weights(weights, y_true.size());
  for (size_t i = 0; i < y_true.size(); ++i) {
    const double counts = weight_at(weights, i);
    weight += counts;
    if (columns == 1) {
      const double p = clip(y_score[i]);
      sum -= counts * std::log(y_true[i] == 1 ? p : 1 - p);
      continue;
    }
    const auto row = y_score.subspan(i * size_t(columns), size_t(columns));
    double total = 0;
    for (double p : row)
      total += clip(p);
    scaled = scaled || std::abs(total - 1) > 1e-6 + double(columns) * 5 * eps;
    sum -= counts * std::log(clip(row[size_t(y_true[i])]) / total);
  }
}

double LogLossSum::value(Warnings* warnings) const {
  if (scaled)
    warn(warnings, "log_loss: rows of y_score do not sum to 1 and were scaled");
  return mean(sum, weight, "log_loss", warnings);
}

void BrierSum::add(std::span<const int64_t> y_true, std::span<const double> y_score,
                   int64_t classes, std::span<const double> weights) {
  const int64_t columns = columns_of(y_true, y_score, classes);
  check_scores(y_true, y_score, columns, classes);
  check_weights(weights, y_true.size());
  for (size_t i = 0; i < y_true.size(); ++i) {
    const double counts = weight_at(weights, i);
    weight += counts;
    if (columns == 1) {
      sum += counts * (y_score[i] - double(y_true[i])) * (y_score[i] - double(y_true[i]));
      continue;
    }
    double distance = 0;
    for (int64_t k = 0; k < columns; ++k) {
      const double off = y_score[i * size_t(columns) + size_t(k)] - double(y_true[i] == k);
      distance += off * off;
    }
    sum += counts * (classes == 2 ? distance / 2 : distance);
  }
}

double BrierSum::value(Warnings* warnings) const {
  return mean(sum, weight, "brier_score_loss", warnings);
}

double log_loss(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t classes,
                double eps, Warnings* warnings) {
  LogLossSum sum{.eps = eps};
  sum.add(y_true, y_score, classes);
  return sum.value(warnings);
}

double brier_score_loss(std::span<const int64_t> y_true, std::span<const double> y_score,
                        int64_t classes, Warnings* warnings) {
  BrierSum sum;
  sum.add(y_true, y_score, classes);
  return sum.value(warnings);
}

bool in_top_k(std::span<const double> scores, int64_t label, int64_t k) {
  const double score = scores[size_t(label)];
  int64_t ahead = 0;
  for (int64_t j = 0; j < int64_t(scores.size()); ++j)
    ahead += scores[size_t(j)] > score || (scores[size_t(j)] == score && j < label);
  return ahead < k;
}

double top_k_accuracy_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                            int64_t classes, int64_t k, Warnings* warnings) {
  check(k >= 1, "top-k accuracy needs a k of at least 1, not {}", k);
  check_scores(y_true, y_score, classes, classes);
  int64_t hits = 0;
  for (size_t i = 0; i < y_true.size(); ++i)
    hits += in_top_k(y_score.subspan(i * size_t(classes), size_t(classes)), y_true[i], k);
  return mean(double(hits), double(y_true.size()), "top-k accuracy", warnings);
}

void append_softmax(std::span<const double> logits, std::vector<double>& out) {
  if (logits.empty())
    return;
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (double logit : logits)
    sum += std::exp(logit - largest);
  for (double logit : logits)
    out.push_back(std::exp(logit - largest) / sum);
}

}  // namespace hebb::metrics
