#include "hebb/metrics/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/rank_steps.h"
#include "hebb/metrics/sample_weights.h"

namespace hebb::metrics {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Samples by falling score. score(i): of sample i.
template <class Score>
std::vector<int64_t> by_score(int64_t samples, Score score) {
  std::vector<int64_t> order(size_t(samples), 0);
  std::iota(order.begin(), order.end(), int64_t(0));
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return score(a) > score(b); });
  return order;
}

// Calls group(begin, end) for each run of equal scores in `order`.
template <class Score, class Group>
void for_each_tie(const std::vector<int64_t>& order, Score score, Group group) {
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && score(order[end]) == score(order[begin]))
      ++end;
    group(begin, end);
  }
}

// weight(i): of sample i.
template <class Score, class Positive, class Weight>
Steps steps_of(int64_t samples, Score score, Positive positive, Weight weight) {
  Steps out;
  const auto order = by_score(samples, score);
  double tp = 0, fp = 0;
  for_each_tie(order, score, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i)
      (positive(order[i]) ? tp : fp) += weight(order[i]);
    out.tp.push_back(tp);
    out.fp.push_back(fp);
    out.thresholds.push_back(score(order[begin]));
  });
  return out;
}

Steps binary_steps(std::span<const int64_t> y_true, std::span<const double> y_score,
                   std::span<const double> weights = {}) {
  check_scores(y_true, y_score, 1, 2);
  check_weights(weights, y_true.size());
  return steps_of(
      int64_t(y_true.size()), [&](int64_t i) { return y_score[size_t(i)]; },
      [&](int64_t i) { return y_true[size_t(i)] == 1; },
      [&](int64_t i) { return weight_at(weights, size_t(i)); });
}

// Class k of several against the rest.
Steps class_steps(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t classes,
                  int64_t k, std::span<const double> weights) {
  return steps_of(
      int64_t(y_true.size()), [&](int64_t i) { return y_score[size_t(i * classes + k)]; },
      [&](int64_t i) { return y_true[size_t(i)] == k; },
      [&](int64_t i) { return weight_at(weights, size_t(i)); });
}

// All scores of all samples in one pot, each a yes or no.
Steps pot_steps(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t classes,
                std::span<const double> weights) {
  return steps_of(
      int64_t(y_score.size()), [&](int64_t i) { return y_score[size_t(i)]; },
      [&](int64_t i) { return y_true[size_t(i / classes)] == i % classes; },
      [&](int64_t i) { return weight_at(weights, size_t(i / classes)); });
}

}  // namespace

RocCurve roc_curve(std::span<const int64_t> y_true, std::span<const double> y_score,
                   Warnings* warnings) {
  const Steps s = binary_steps(y_true, y_score);
  if (s.positives() == 0)
    warn(
        warnings,
        fmt::format(
            "roc_curve: y_true holds no sample of class {}, so the true positive rate is undefined",
            class_word(warnings, 1)));
  if (s.negatives() == 0)
    warn(warnings, fmt::format("roc_curve: y_true holds no sample of class {}, so the false "
                               "positive rate is undefined",
                               class_word(warnings, 0)));
  const auto rate = [](double part, double whole) { return whole > 0 ? part / whole : nan; };
  RocCurve out{{rate(0, s.negatives())}, {rate(0, s.positives())}, {infinity}};
  for (size_t i = 0; i < s.tp.size(); ++i) {
    out.fpr.push_back(rate(s.fp[i], s.negatives()));
    out.tpr.push_back(rate(s.tp[i], s.positives()));
    out.thresholds.push_back(s.thresholds[i]);
  }
  return out;
}

PrecisionRecallCurve precision_recall_curve(std::span<const int64_t> y_true,
                                            std::span<const double> y_score, Warnings* warnings) {
  const Steps s = binary_steps(y_true, y_score);
  if (s.positives() == 0)
    warn(warnings,
         fmt::format(
             "precision_recall_curve: y_true holds no sample of class {}; recall is set to 1",
             class_word(warnings, 1)));
  PrecisionRecallCurve out;
  for (size_t i = s.tp.size(); i-- > 0;) {
    out.precision.push_back(s.tp[i] / (s.tp[i] + s.fp[i]));
    out.recall.push_back(s.positives() > 0 ? s.tp[i] / s.positives() : 1);
    out.thresholds.push_back(s.thresholds[i]);
  }
  out.precision.push_back(1);
  out.recall.push_back(0);
  return out;
}

double roc_auc_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                     Warnings* warnings, std::span<const double> weights) {
  const Steps s = binary_steps(y_true, y_score, weights);
  return every_class_occurs({s.negatives(), s.positives()}, warnings) ? area(s) : nan;
}

double average_precision_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                               Warnings* warnings, std::span<const double> weights) {
  const Steps s = binary_steps(y_true, y_score, weights);
  if (s.positives() != 0)
    return precision_steps(s);
  warn(warnings, "average_precision is 0/0 and set to 0: y_true holds no sample of class " +
                     class_word(warnings, 1));
  return 0;
}

double roc_auc_ovr_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                         int64_t classes, Average average, Warnings* warnings,
                         std::span<const double> given) {
  check_scores(y_true, y_score, classes, classes);
  check_weights(given, y_true.size());
  const auto occur = occurrences(y_true, classes, given);
  if (!every_class_occurs(occur, warnings))
    return nan;
  if (average == Average::micro)
    return area(pot_steps(y_true, y_score, classes, given));
  std::vector<double> areas, weights;
  for (int64_t k = 0; k < classes; ++k) {
    areas.push_back(area(class_steps(y_true, y_score, classes, k, given)));
    weights.push_back(average == Average::weighted ? occur[size_t(k)] : 1);
  }
  return weighted_mean(areas, weights);
}

// Hand and Till 2001. One pass over the samples by their score for class a gives the area of a
// against every other class b.
double roc_auc_ovo_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                         int64_t classes, Average average, Warnings* warnings) {
  check(average != Average::micro,
        "roc_auc of pairs of classes has no micro average; use macro or weighted");
  check_scores(y_true, y_score, classes, classes);
  const auto occur = occurrences(y_true, classes);
  if (!every_class_occurs(occur, warnings))
    return nan;
  double sum = 0, weight = 0;
  for (int64_t a = 0; a < classes; ++a) {
    const auto score = [&](int64_t i) { return y_score[size_t(i * classes + a)]; };
    const auto order = by_score(int64_t(y_true.size()), score);
    std::vector<int64_t> twice(
        size_t(classes), 0);  // per class b: twice the pairs in which a's sample scores higher
    int64_t above = 0;        // samples of a above the present run of equal scores
    for_each_tie(order, score, [&](size_t begin, size_t end) {
      int64_t equal = 0;
      for (size_t i = begin; i < end; ++i)
        equal += y_true[size_t(order[i])] == a;
      for (size_t i = begin; i < end; ++i)
        twice[size_t(y_true[size_t(order[i])])] += 2 * above + equal;
      above += equal;
    });
    for (int64_t b = 0; b < classes; ++b) {
      if (b == a)
        continue;
      const double of_a = occur[size_t(a)], of_b = occur[size_t(b)];
      const double w = average == Average::weighted ? of_a + of_b : 1;
      sum += w * double(twice[size_t(b)]) / (2 * of_a * of_b);
      weight += w;
    }
  }
  return sum / weight;
}

double average_precision_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                               int64_t classes, Average average, Warnings* warnings,
                               std::span<const double> given) {
  check_scores(y_true, y_score, classes, classes);
  check_weights(given, y_true.size());
  const auto occur = occurrences(y_true, classes, given);
  if (y_true.empty()) {
    warn(warnings, "average_precision is 0/0 and set to 0: there are no samples");
    return 0;
  }
  if (average == Average::micro)
    return precision_steps(pot_steps(y_true, y_score, classes, given));
  if (std::find(occur.begin(), occur.end(), 0) != occur.end())
    warn(warnings, "average_precision is 0/0 and set to 0: " + absent(occur, warnings));
  std::vector<double> values, weights;
  for (int64_t k = 0; k < classes; ++k) {
    values.push_back(occur[size_t(k)] > 0
                         ? precision_steps(class_steps(y_true, y_score, classes, k, given))
                         : 0);
    weights.push_back(average == Average::weighted ? occur[size_t(k)] : 1);
  }
  return weighted_mean(values, weights);
}

}  // namespace hebb::metrics
