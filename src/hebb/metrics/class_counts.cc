#include "hebb/metrics/class_counts.h"

#include <numeric>

#include "hebb/base/check.h"
#include "hebb/metrics/sample_weights.h"

namespace hebb::metrics {

namespace {

void check_range(std::string_view name, std::span<const int64_t> labels, int64_t classes) {
  for (size_t i = 0; i < labels.size(); ++i)
    check(labels[i] >= 0 && labels[i] < classes, "{}[{}] is {}, but labels go from 0 to {}", name,
          i, labels[i], classes - 1);
}

void add_to(std::vector<double>& sums, const std::vector<double>& more) {
  for (size_t i = 0; i < sums.size(); ++i)
    sums[i] += more[i];
}

}  // namespace

void check_labels(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                  int64_t classes) {
  check(y_true.size() == y_pred.size(), "y_true has {} samples but y_pred has {}", y_true.size(),
        y_pred.size());
  check_range("y_true", y_true, classes);
  check_range("y_pred", y_pred, classes);
}

ClassCounts::ClassCounts(int64_t classes)
    : actual(size_t(classes)), predicted(size_t(classes)), correct(size_t(classes)) {}

double ClassCounts::total() const {
  return std::accumulate(actual.begin(), actual.end(), 0.0);
}

double ClassCounts::total_correct() const {
  return std::accumulate(correct.begin(), correct.end(), 0.0);
}

void ClassCounts::add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                      std::span<const double> weights) {
  check_labels(y_true, y_pred, classes());
  check_weights(weights, y_true.size());
  for (size_t i = 0; i < y_true.size(); ++i) {
    const double weight = weight_at(weights, i);
    actual[size_t(y_true[i])] += weight;
    predicted[size_t(y_pred[i])] += weight;
    if (y_true[i] == y_pred[i])
      correct[size_t(y_true[i])] += weight;
  }
}

void ClassCounts::merge(const ClassCounts& other) {
  if (other.classes() == 0)
    return;
  if (classes() == 0)
    *this = ClassCounts(other.classes());
  check(classes() == other.classes(), "counts of {} classes cannot be merged with counts of {}",
        classes(), other.classes());
  add_to(actual, other.actual);
  add_to(predicted, other.predicted);
  add_to(correct, other.correct);
}

}  // namespace hebb::metrics
