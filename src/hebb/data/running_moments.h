// Mean and deviation of numbers that come one by one. Source: Welford 1962.
#pragma once

#include <cmath>
#include <cstdint>

namespace hebb::data {

struct RunningMoments {
  int64_t count = 0;
  double mean = 0, squares = 0;  // squares: of the distances from the mean, summed

  void add(double value) {
    const double delta = value - mean;
    mean += delta / double(++count);
    squares += delta * (value - mean);
  }
  double deviation() const { return count > 0 ? std::sqrt(squares / double(count)) : 0; }
};

}  // namespace hebb::data
