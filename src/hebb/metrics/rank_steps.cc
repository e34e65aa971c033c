#include "hebb/metrics/rank_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace hebb::metrics {

// Pairs (positive, negative) in which the positive scores higher, twice; equal scores count once.
double area(const Steps& s) {
  __extension__ using Pairs = unsigned __int128;  // of a pot with all scores of all classes
  Pairs twice = 0;
  int64_t tp = 0, fp = 0;
  for (size_t i = 0; i < s.tp.size(); ++i) {
    twice += Pairs(s.fp[i] - fp) * Pairs(s.tp[i] + tp);
    tp = s.tp[i], fp = s.fp[i];
  }
  return double(twice) / (2.0 * double(tp) * double(fp));
}

double precision_steps(const Steps& s) {
  double sum = 0;
  int64_t tp = 0;
  for (size_t i = 0; i < s.tp.size(); ++i) {
    sum += double(s.tp[i] - tp) * (double(s.tp[i]) / double(s.tp[i] + s.fp[i]));
    tp = s.tp[i];
  }
  return sum / double(tp);
}

std::vector<int64_t> occurrences(std::span<const int64_t> y_true, int64_t classes) {
  std::vector<int64_t> out(size_t(classes), 0);
  for (int64_t label : y_true)
    ++out[size_t(label)];
  return out;
}

std::string absent(const std::vector<int64_t>& occur, const Warnings* warnings) {
  const auto first = std::find(occur.begin(), occur.end(), 0) - occur.begin();
  const auto count = std::count(occur.begin(), occur.end(), 0);
  return count <= 1
             ? "y_true holds no sample of class " + class_word(warnings, first)
             : fmt::format("y_true holds no sample of {} of {} classes, the first of them {}",
                           count, occur.size(), class_word(warnings, first));
}

bool every_class_occurs(const std::vector<int64_t>& occur, Warnings* warnings) {
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
