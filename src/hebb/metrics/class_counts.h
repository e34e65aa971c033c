// ClassCounts: per class, how often it occurred, was predicted, and both at once. Everything from
// accuracy to Cohen's kappa follows from these; they are whole numbers, so batches and workers add
// up exactly in any order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace hebb::metrics {

struct ClassCounts {
  std::vector<int64_t> actual;     // [classes] samples of the class
  std::vector<int64_t> predicted;  // [classes] predictions of the class
  std::vector<int64_t> correct;    // [classes] both

  explicit ClassCounts(int64_t classes = 0);

  int64_t classes() const { return int64_t(actual.size()); }
  int64_t total() const;  // samples
  int64_t total_correct() const;
  bool present(int64_t label) const { return actual[size_t(label)] + predicted[size_t(label)] > 0; }

  // Labels must be 0 .. classes() - 1, or an Error names the first that is not, and nothing has
  // been added.
  void add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred);
  void merge(const ClassCounts& other);  // of as many classes, or an empty one
  bool operator==(const ClassCounts&) const = default;
};

// Errors: lengths that differ, labels outside 0 .. classes - 1 (the message names the first
// sample).
void check_labels(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                  int64_t classes);

}  // namespace hebb::metrics
