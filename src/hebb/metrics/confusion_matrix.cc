#include "hebb/metrics/confusion_matrix.h"

#include <algorithm>
#include <numeric>

#include "hebb/base/check.h"

namespace hebb::metrics {

ConfusionMatrix::ConfusionMatrix(int64_t classes) : classes_(classes) {
  check(classes >= 0 && classes <= max_classes,
        "a confusion matrix of {} classes; at most {} are kept", classes, max_classes);
  counts_.resize(size_t(classes * classes));
}

int64_t ConfusionMatrix::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), int64_t(0));
}

void ConfusionMatrix::add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred) {
  check_labels(y_true, y_pred, classes_);
  for (size_t i = 0; i < y_true.size(); ++i)
    ++counts_[size_t(y_true[i] * classes_ + y_pred[i])];
}

void ConfusionMatrix::merge(const ConfusionMatrix& other) {
  if (other.classes_ == 0)
    return;
  if (classes_ == 0)
    *this = ConfusionMatrix(other.classes_);
  check(classes_ == other.classes_,
        "a confusion matrix of {} classes cannot be merged with one of {}", classes_,
        other.classes_);
  for (size_t i = 0; i < counts_.size(); ++i)
    counts_[i] += other.counts_[i];
}

ClassCounts ConfusionMatrix::counts() const {
  ClassCounts out(classes_);
  for (int64_t actual = 0; actual < classes_; ++actual) {
    for (int64_t predicted = 0; predicted < classes_; ++predicted) {
      const auto count = double(at(actual, predicted));
      out.actual[size_t(actual)] += count;
      out.predicted[size_t(predicted)] += count;
    }
    out.correct[size_t(actual)] = double(at(actual, actual));
  }
  return out;
}

ConfusionMatrix confusion_matrix(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                                 int64_t classes) {
  if (classes == 0) {
    int64_t largest = -1;
    for (auto labels : {y_true, y_pred})
      for (int64_t label : labels)
        largest = std::max(largest, label);
    check(largest < ConfusionMatrix::max_classes,
          "label {} is too large for a confusion matrix; at most {} classes are kept", largest,
          ConfusionMatrix::max_classes);
    classes = largest + 1;
  }
  ConfusionMatrix out(classes);
  out.add(y_true, y_pred);
  return out;
}

}  // namespace hebb::metrics
