// ClassCounts: per class, how often it occurred, was predicted, and both at once. Everything from
// accuracy to Cohen's kappa follows from these. They are whole numbers, which add up exactly in any
// order up to 2^53, unless samples have weights: then they are sums of weights.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace hebb::metrics {

struct ClassCounts {
  std::vector<double> actual;     // [classes] samples of the class
  std::vector<double> predicted;  // [classes] predictions of the class
  std::vector<double> correct;    // [classes] both

  explicit ClassCounts(int64_t classes = 0);

  int64_t classes() const { return int64_t(actual.size()); }
  double total() const;  // samples
  double total_correct() const;
  bool present(int64_t label) const { return actual[size_t(label)] + predicted[size_t(label)] > 0; }

  // Labels must be 0 .. classes() - 1, or an Error names the first that is not, and nothing has
  // been added. weights: how much each sample counts; empty: 1.
  void add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
           std::span<const double> weights = {});
  void merge(const ClassCounts& other);  // of as many classes, or an empty one
  bool operator==(const ClassCounts&) const = default;
};

// Errors: lengths that differ, labels outside 0 .. classes - 1 (the message names the first
// sample).
void check_labels(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                  int64_t classes);

}  // namespace hebb::metrics
