#include "hebb/metrics/error_median.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/metrics/nan.h"
#include "hebb/metrics/regression.h"

namespace hebb::metrics {

namespace {

// The upper 16 of the 31 bits of an f32 that is not negative: exponent and 8 bits of the fraction.
constexpr int dropped_bits = 15;

double lowest_of(size_t bin) {
  return double(std::bit_cast<float>(uint32_t(bin) << dropped_bits));
}

}  // namespace

void ErrorMedian::count(double error) {
  const float rounded = float(std::min(error, double(std::numeric_limits<float>::max())));
  ++counts_[std::bit_cast<uint32_t>(rounded) >> dropped_bits];
}

void ErrorMedian::add(double error) {
  if (exact() && int64_t(kept_.size()) >= keep_) {
    counts_.assign(size_t(bins), 0);
    for (double each : kept_)
      count(each);
    kept_ = {};
  }
  if (exact())
    kept_.push_back(error);
  else
    count(error);
}

Area ErrorMedian::median(Warnings* warnings) const {
  if (exact()) {
    const std::vector<double> zeros(kept_.size());
    return {median_absolute_error(kept_, zeros, warnings)};
  }
  const int64_t total = std::accumulate(counts_.begin(), counts_.end(), int64_t(0));
  int64_t below = 0;
  for (size_t bin = 0; bin < counts_.size(); ++bin) {
    below += counts_[bin];
    if (2 * below < total)
      continue;
    // With an even count the two in the middle may lie in neighbours that both hold some.
    size_t last = bin;
    if (2 * below == total)
      while (++last, counts_[last] == 0) {}
    const double low = lowest_of(bin), high = lowest_of(last + 1);
    return {(low + high) / 2, (high - low) / 2};
  }
  return {nan};
}

}  // namespace hebb::metrics
