// ConfusionMatrix: rows are what a sample is (actual), columns what it was taken for (predicted).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hebb/metrics/class_counts.h"

namespace hebb::metrics {

class ConfusionMatrix {
 public:
  static constexpr int64_t max_classes = 10'000;  // 800 MB

  explicit ConfusionMatrix(int64_t classes = 0);  // Error: more than max_classes

  int64_t classes() const { return classes_; }
  int64_t at(int64_t actual, int64_t predicted) const {
    return counts_[size_t(actual * classes_ + predicted)];
  }
  void set(int64_t actual, int64_t predicted, int64_t count) {
    counts_[size_t(actual * classes_ + predicted)] = count;
  }
  std::span<const int64_t> row(int64_t actual) const {
    return {counts_.data() + actual * classes_, size_t(classes_)};
  }
  int64_t total() const;

  // Labels must be 0 .. classes() - 1, or an Error names the first that is not, and nothing has
  // been added.
  void add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred);
  void merge(const ConfusionMatrix& other);  // of as many classes, or an empty one
  ClassCounts counts() const;
  bool operator==(const ConfusionMatrix&) const = default;

 private:
  int64_t classes_ = 0;
  std::vector<int64_t> counts_;  // [classes, classes]
};

// classes: 0 takes the largest label + 1.
ConfusionMatrix confusion_matrix(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                                 int64_t classes = 0);

}  // namespace hebb::metrics
