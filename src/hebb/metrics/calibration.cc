#include "hebb/metrics/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/probability.h"

namespace hebb::metrics {
namespace {

constexpr int64_t most_bins = 100000;

}  // namespace

CalibrationBins::CalibrationBins(int64_t bins) {
  check(bins >= 1 && bins <= most_bins, "there are {} bins, should be from 1 to {}", bins,
        most_bins);
  samples_.resize(size_t(bins), 0);
  right_.resize(size_t(bins), 0);
  beliefs_.resize(size_t(bins), 0.0);
}

void CalibrationBins::add(std::span<const int64_t> y_true, std::span<const double> y_score,
                          int64_t classes) {
  const bool column = y_score.size() == y_true.size();
  check_scores(y_true, y_score, column ? 1 : classes, classes);
  for (double score : y_score)
    check(score >= 0 && score <= 1, "a score is {}; calibration needs probabilities", score);
  const auto width = size_t(column ? 1 : classes);
  for (size_t i = 0; i < y_true.size(); ++i) {
    const auto row = y_score.subspan(i * width, width);
    const auto likeliest = std::max_element(row.begin(), row.end());
    const double belief = *likeliest;
    const bool right = column ? y_true[i] == 1 : likeliest - row.begin() == y_true[i];
    // The product may be rounded over an edge, whose exact place is bin / bins.
    const auto n = double(bins());
    auto bin = int64_t(std::ceil(belief * n)) - 1;
    if (bin > 0 && belief <= double(bin) / n)
      --bin;
    else if (belief > double(bin + 1) / n)
      ++bin;
    const auto at = size_t(std::clamp<int64_t>(bin, 0, bins() - 1));
    ++samples_[at];
    right_[at] += right;
    beliefs_[at] += belief;
  }
}

void CalibrationBins::merge(const CalibrationBins& other) {
  check(bins() == other.bins(), "{} bins cannot be added to {}", other.bins(), bins());
  for (size_t i = 0; i < samples_.size(); ++i) {
    samples_[i] += other.samples_[i];
    right_[i] += other.right_[i];
    beliefs_[i] += other.beliefs_[i];
  }
}

int64_t CalibrationBins::total() const {
  return std::accumulate(samples_.begin(), samples_.end(), int64_t(0));
}

std::vector<ReliabilityPoint> CalibrationBins::curve() const {
  std::vector<ReliabilityPoint> out;
  for (size_t i = 0; i < samples_.size(); ++i)
    if (const auto n = double(samples_[i]); n > 0)
      out.push_back({beliefs_[i] / n, double(right_[i]) / n, samples_[i]});
  return out;
}

double CalibrationBins::expected_error(Warnings* warnings) const {
  const int64_t all = total();
  if (all == 0) {
    warn(warnings, "expected_calibration_error is undefined: there are no samples");
    return nan;
  }
  double sum = 0;
  for (const ReliabilityPoint& p : curve())
    sum += double(p.samples) * std::abs(p.accuracy - p.confidence);
  return sum / double(all);
}

double CalibrationBins::maximum_error(Warnings* warnings) const {
  if (total() == 0) {
    warn(warnings, "maximum_calibration_error is undefined: there are no samples");
    return nan;
  }
  double most = 0;
  for (const ReliabilityPoint& p : curve())
    most = std::max(most, std::abs(p.accuracy - p.confidence));
  return most;
}

std::vector<double> CalibrationBins::state() const {
  std::vector<double> out(samples_.begin(), samples_.end());
  out.insert(out.end(), right_.begin(), right_.end());
  out.insert(out.end(), beliefs_.begin(), beliefs_.end());
  return out;
}

CalibrationBins CalibrationBins::from_state(std::span<const double> state) {
  const size_t n = state.size() / 3;
  check(n > 0 && state.size() % 3 == 0, "this is not the state of such a metric");
  CalibrationBins out{int64_t(n)};
  for (size_t i = 0; i < n; ++i) {
    const double samples = state[i], right = state[n + i], beliefs = state[2 * n + i];
    check(samples >= 0 && samples < 0x1p53 && right >= 0 && right <= samples && beliefs >= 0 &&
              beliefs <= samples * (1 + 1e-9),
          "this is not the state of such a metric");
    out.samples_[i] = int64_t(samples);
    out.right_[i] = int64_t(right);
    out.beliefs_[i] = beliefs;
  }
  return out;
}

}  // namespace hebb::metrics
