#include "hebb/metrics/selective.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"

namespace hebb::metrics {

void SelectiveSums::add(std::span<const int64_t> y_true, std::span<const double> y_score,
                        int64_t classes, double confidence) {
  const size_t width = y_score.size() == y_true.size() ? 1 : size_t(classes);
  check(y_score.size() == y_true.size() * width, "{} scores do not fit {} samples of {} classes",
        y_score.size(), y_true.size(), classes);
  for (size_t i = 0; i < y_true.size(); ++i) {
    check(y_true[i] >= 0 && y_true[i] < std::max<int64_t>(classes, 2),
          "y_true[{}] is {}, which is no class", i, y_true[i]);
    const std::span<const double> row = y_score.subspan(i * width, width);
    const auto best = std::max_element(row.begin(), row.end());
    const int64_t answer = width == 1 ? int64_t(row[0] >= 0.5) : best - row.begin();
    const double sure = width == 1 && answer == 0 ? 1 - row[0] : *best;
    ++samples;
    if (sure < confidence)
      continue;
    ++answered;
    right += answer == y_true[i];
  }
}

void SelectiveSums::merge(const SelectiveSums& other) {
  samples += other.samples;
  answered += other.answered;
  right += other.right;
}

double SelectiveSums::coverage(Warnings* warnings) const {
  if (samples > 0)
    return double(answered) / double(samples);
  warn(warnings, "coverage is undefined: there are no samples");
  return nan;
}

double SelectiveSums::accuracy(Warnings* warnings) const {
  if (answered > 0)
    return double(right) / double(answered);
  warn(warnings, "selective_accuracy is undefined: no answer is sure enough");
  return nan;
}

}  // namespace hebb::metrics
