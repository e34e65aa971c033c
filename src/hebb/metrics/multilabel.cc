#include "hebb/metrics/multilabel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"

namespace hebb::metrics {
namespace {

void check_flags(std::span<const int64_t> flags, int64_t labels, const char* name) {
  check(labels >= 1 && flags.size() % size_t(labels) == 0,
        "{} has {} values, which are no rows of {}", name, flags.size(), labels);
  for (size_t i = 0; i < flags.size(); ++i)
    check(flags[i] == 0 || flags[i] == 1, "{}[{}, {}] is {}; a label is 1 where it holds, else 0",
          name, i / size_t(labels), i % size_t(labels), flags[i]);
}

double over(double part, double all) {
  return all > 0 ? part / all : nan;
}

}  // namespace

MultilabelCounts::MultilabelCounts(int64_t labels) {
  check(labels >= 1, "there are {} labels, should be at least 1", labels);
  for (auto* counts : {&actual_, &predicted_, &correct_})
    counts->resize(size_t(labels), 0);
}

void MultilabelCounts::add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred) {
  check_flags(y_true, labels(), "y_true");
  check_flags(y_pred, labels(), "y_pred");
  check(y_true.size() == y_pred.size(), "y_true has {} values but y_pred has {}", y_true.size(),
        y_pred.size());
  const auto width = size_t(labels());
  for (size_t row = 0; row < y_true.size(); row += width) {
    Counts own{};
    for (size_t k = 0; k < width; ++k) {
      const int64_t truth = y_true[row + k], predicted = y_pred[row + k];
      actual_[k] += truth;
      predicted_[k] += predicted;
      correct_[k] += truth & predicted;
      own.actual += double(truth);
      own.predicted += double(predicted);
      own.correct += double(truth & predicted);
    }
    const auto plus = [](double& sum, double value) { sum += std::isnan(value) ? 0 : value; };
    plus(precision_, over(own.correct, own.predicted));
    plus(recall_, over(own.correct, own.actual));
    plus(f1_, over(2 * own.correct, own.actual + own.predicted));
    plus(jaccard_, over(own.correct, own.actual + own.predicted - own.correct));
    exact_ += own.actual == own.correct && own.predicted == own.correct;
    ++samples_;
  }
}

void MultilabelCounts::merge(const MultilabelCounts& other) {
  check(labels() == other.labels(), "counts of {} labels cannot be added to those of {}",
        other.labels(), labels());
  for (size_t k = 0; k < actual_.size(); ++k) {
    actual_[k] += other.actual_[k];
    predicted_[k] += other.predicted_[k];
    correct_[k] += other.correct_[k];
  }
  samples_ += other.samples_;
  exact_ += other.exact_;
  precision_ += other.precision_;
  recall_ += other.recall_;
  f1_ += other.f1_;
  jaccard_ += other.jaccard_;
}

double MultilabelCounts::averaged(const char* name, Average average, Ratio ratio, double of_samples,
                                  Warnings* warnings) const {
  if (samples_ == 0) {
    warn(warnings, fmt::format("{} is undefined: there are no samples", name));
    return nan;
  }
  if (average == Average::samples)
    return of_samples / double(samples_);
  const auto value = [&](const Counts& counts) {
    const double v = ratio(counts);
    if (std::isnan(v))
      warn(warnings, fmt::format("{} is 0/0 for some labels, which counts as 0", name));
    return std::isnan(v) ? 0 : v;
  };
  Counts all{};
  double sum = 0, weights = 0;
  for (size_t k = 0; k < actual_.size(); ++k) {
    const Counts own{double(actual_[k]), double(predicted_[k]), double(correct_[k])};
    all = {all.actual + own.actual, all.predicted + own.predicted, all.correct + own.correct};
    if (average == Average::micro)
      continue;
    const double weight = average == Average::weighted ? own.actual : 1;
    sum += weight * value(own);
    weights += weight;
  }
  if (average == Average::micro)
    return value(all);
  return weights > 0 ? sum / weights : 0;
}

double MultilabelCounts::accuracy(Warnings* warnings) const {
  return averaged("accuracy", Average::samples, nullptr, double(exact_), warnings);
}
double MultilabelCounts::hamming_loss(Warnings* warnings) const {
  double wrong = 0;
  for (size_t k = 0; k < actual_.size(); ++k)
    wrong += double(actual_[k] + predicted_[k] - 2 * correct_[k]);
  return averaged("hamming_loss", Average::samples, nullptr, wrong / double(labels()), warnings);
}
double MultilabelCounts::precision(Average average, Warnings* warnings) const {
  return averaged(
      "precision", average, [](const Counts& c) { return over(c.correct, c.predicted); },
      precision_, warnings);
}
double MultilabelCounts::recall(Average average, Warnings* warnings) const {
  return averaged(
      "recall", average, [](const Counts& c) { return over(c.correct, c.actual); }, recall_,
      warnings);
}
double MultilabelCounts::f1(Average average, Warnings* warnings) const {
  return averaged(
      "f1", average, [](const Counts& c) { return over(2 * c.correct, c.actual + c.predicted); },
      f1_, warnings);
}
double MultilabelCounts::jaccard(Average average, Warnings* warnings) const {
  return averaged(
      "jaccard", average,
      [](const Counts& c) { return over(c.correct, c.actual + c.predicted - c.correct); }, jaccard_,
      warnings);
}

void LabelRankingSums::add(std::span<const int64_t> y_true, std::span<const double> y_score,
                           int64_t labels) {
  check_flags(y_true, labels, "y_true");
  check(y_true.size() == y_score.size(), "y_true has {} values but y_score has {}", y_true.size(),
        y_score.size());
  for (size_t i = 0; i < y_score.size(); ++i)
    check(!std::isnan(y_score[i]), "the score of sample {} is not a number (NaN)",
          i / size_t(labels));
  const auto width = size_t(labels);
  std::vector<size_t> order(width);
  for (size_t row = 0; row < y_true.size(); row += width) {
    const auto truth = y_true.subspan(row, width);
    const auto score = y_score.subspan(row, width);
    std::iota(order.begin(), order.end(), size_t(0));
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return score[a] > score[b]; });
    const auto relevant = double(std::accumulate(truth.begin(), truth.end(), int64_t(0)));
    double above = 0, precision = 0, wrong = 0, coverage = 0;  // above: labels at or above here
    for (size_t begin = 0, end = 0; begin < width; begin = end) {
      double own = 0;
      while (end < width && score[order[end]] == score[order[begin]])
        own += double(truth[order[end++]]);
      above += own;
      if (own == 0)
        continue;
      precision += own * above / double(end);
      wrong += own * (double(end) - above);  // those at or above that are none of the labels
      coverage = double(end);
    }
    const double others = double(width) - relevant;
    coverage_ += coverage;
    precision_ += relevant > 0 && others > 0 ? precision / relevant : 1;
    loss_ += relevant > 0 && others > 0 ? wrong / (relevant * others) : 0;
    ++samples_;
  }
}

void LabelRankingSums::merge(const LabelRankingSums& other) {
  samples_ += other.samples_;
  coverage_ += other.coverage_;
  precision_ += other.precision_;
  loss_ += other.loss_;
}

double LabelRankingSums::mean(double sum, const char* name, Warnings* warnings) const {
  if (samples_ > 0)
    return sum / double(samples_);
  warn(warnings, fmt::format("{} is undefined: there are no samples", name));
  return nan;
}
double LabelRankingSums::coverage_error(Warnings* warnings) const {
  return mean(coverage_, "coverage_error", warnings);
}
double LabelRankingSums::average_precision(Warnings* warnings) const {
  return mean(precision_, "label_ranking_average_precision_score", warnings);
}
double LabelRankingSums::ranking_loss(Warnings* warnings) const {
  return mean(loss_, "label_ranking_loss", warnings);
}

}  // namespace hebb::metrics
