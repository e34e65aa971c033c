#include "hebb/metrics/rank_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "hebb/metrics/sample_weights.h"

namespace hebb::metrics {

// Pairs (positive, negative) in which the positive scores higher, twice; equal scores count once.
double area(const Steps& s) {
  long double twice = 0;  // whole numbers of pairs are exact up to 2^64
  double tp = 0, fp = 0;
  for (size_t i = 0; i < s.tp.size(); ++i) {
    twice += static_cast<long double>(s.fp[i] - fp) * static_cast<long double>(s.tp[i] + tp);
    tp = s.tp[i];
    fp = s.fp[i];
  }
  return double(twice) / (2.0 * tp * fp);
}

double precision_steps(const Steps& s) {
  double sum = 0;
  double tp = 0;
  for (size_t i = 0; i < s.tp.size(); ++i) {
    if (s.tp[i] > tp)
      sum += (s.tp[i] - tp) * (s.tp[i] / (s.tp[i] + s.fp[i]));
    tp = s.tp[i];
  }
  return sum / tp;
}

std::vector<double> occurrences(std::span<const int64_t> y_true, int64_t classes,
                                std::span<const double> weights) {
  std::vector<double> out(size_t(classes), 0);
  for (size_t i = 0; i < y_true.size(); ++i)
    out[size_t(y_true[i])] += weight_at(weights, i);
  return out;
}

std::string absent(const std::vector<double>& occur, const Warnings* warnings) {
  const auto first = std::find(occur.begin(), occur.end(), 0) - occur.begin();
  const auto count = std::count(occur.begin(), occur.end(), 0);
  return count <= 1
             ? "y_true holds no sample of class " + class_word(warnings, first)
             : fmt::format("y_true holds no sample of {} of {} classes, the first of them {}",
                           count, occur.size(), class_word(warnings, first));
}

bool every_class_occurs(const std::vector<double>& occur, Warnings* warnings) {
  const auto none = std::find(occur.begin(), occur.end(), 0);
  if (none == occur.end() && occur.size() > 1)
    return true;
  warn(warnings, "roc_auc is undefined: " + absent(occur, warnings));
  return false;
}

double weighted_mean(const std::vector<double>& values, const std::vector<double>& weights) {
  return std::inner_product(values.begin(), values.end(), weights.begin(), 0.0) /
         std::accumulate(weights.begin(), weights.end(), 0.0);
}

}  // namespace hebb::metrics
