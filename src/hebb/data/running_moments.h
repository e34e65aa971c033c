// Mean and deviation of numbers that come one by one, counted from the first of them, so that those
// far from zero keep their digits. Source: Welford 1962.
#pragma once

#include <cmath>
#include <cstdint>

namespace hebb::data {

struct RunningMoments {
  int64_t count = 0;
  double origin = 0, shifted_mean = 0;  // the first; the mean of the distances from it
  double squares = 0;                   // of the distances from the mean, summed

  void add(double value) {
    if (count == 0)
      origin = value;
    const double shifted = value - origin, delta = shifted - shifted_mean;
    shifted_mean += delta / double(++count);
    squares += delta * (shifted - shifted_mean);
  }
  double mean() const { return origin + shifted_mean; }
  double deviation() const { return count > 0 ? std::sqrt(squares / double(count)) : 0; }
};

}  // namespace hebb::data
