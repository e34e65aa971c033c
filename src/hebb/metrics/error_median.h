// ErrorMedian: the median of absolute errors, fed batch by batch in bounded memory. Up to a number
// of errors all are kept and the median is exact; beyond it they are counted in 65,536 bins.
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/metrics/score_ranks.h"
#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

class ErrorMedian {
 public:
  static constexpr int64_t most_exact = ScoreRanks::most_exact;
  static constexpr int64_t bins = 65536;  // even in the logarithm: each is 0.4 % wide

  explicit ErrorMedian(int64_t keep = most_exact) : keep_(keep) {}
  void add(double error);  // at least 0, finite
  bool exact() const { return counts_.empty(); }
  Area median(Warnings* warnings = nullptr) const;  // NaN without errors, with a warning

 private:
  void count(double error);

  int64_t keep_;
  std::vector<double> kept_;
  std::vector<int64_t> counts_;  // empty: exact
};

}  // namespace hebb::metrics
