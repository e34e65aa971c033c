// Sums of squares that neither overflow nor vanish, and that keep their digits far from zero.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace hebb::cpu {

// The mean of values is mean + rest, because one number would round it. The sum of their squares,
// or of their squared distances from the mean, is sum * 4^exponent.
struct Squares {
  double mean = 0, rest = 0, sum = 0;
  int exponent = 0;

  double distance(double value) const { return value - mean - rest; }
  // sqrt(sum / divisor + eps)
  double root(double divisor, double eps) const {
    if (exponent == 0)
      return std::sqrt(sum / divisor + eps);
    return std::hypot(std::ldexp(std::sqrt(sum / divisor), exponent), std::sqrt(eps));
  }
  double over(double divisor) const {
    return std::ldexp(std::ldexp(sum / divisor, exponent), exponent);
  }
};

// Whether a sum of squares, or of other powers, is valid: it did not overflow, and no significant
// part underflowed.
inline bool in_range(double sum) {
  return sum >= 0x1p-900 && sum <= std::numeric_limits<double>::max();
}

// 2^exponent is near the value. Divide by it before squaring values of this magnitude.
inline int exponent_near(double value) {
  return std::clamp(std::ilogb(value), -1000, 1000);
}

// Made from the sum of the distances from a rounded mean, and the sum of their squares.
inline Squares around_mean(double mean, double distances, double squares, double count,
                           int exponent = 0) {
  const double rest = distances / count;
  const double sum = squares - distances * rest;
  // NaN stays.
  return {std::ldexp(mean, exponent), std::ldexp(rest, exponent), sum < 0 ? 0 : sum, exponent};
}

// each(f) calls f(value) for all `count` values, of f64.
template <class Each>
Squares squares_over(Each&& each, double count, bool centred, int exponent) {
  const double unit = std::ldexp(1.0, -exponent);
  double sum = 0, mean = 0, distances = 0, squares = 0;
  if (centred) {
    each([&](double value) { sum += value * unit; });
    mean = sum / count;
  }
  each([&](double value) {
    const double distance = value * unit - mean;
    distances += distance;
    squares += distance * distance;
  });
  return centred ? around_mean(mean, distances, squares, count, exponent)
                 : Squares{0, 0, squares, exponent};
}

// The same when the range of f64 is left: divides the values by a power of two near the largest.
template <class Each>
Squares rescued(const Squares& found, Each&& each, double count, bool centred) {
  double most = 0;
  each([&](double value) { most = std::max(most, std::abs(value)); });
  return most > 0 && std::isfinite(most) ? squares_over(each, count, centred, exponent_near(most))
                                         : found;
}
template <class Each>
Squares squares_of(Each&& each, double count, bool centred = true) {
  const Squares found = squares_over(each, count, centred, 0);
  return in_range(found.sum) ? found : rescued(found, each, count, centred);
}

}  // namespace hebb::cpu
