// The incomplete gamma functions, and how the gamma distribution moves with its shape. Abramowitz
// and Stegun's equations are named (A&S).

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/kernels/cpu/special_functions.h"

namespace hebb::cpu::special {
namespace {

constexpr double gamma_nan = std::numeric_limits<double>::quiet_NaN(),
                 two_pi = 6.28318530717958647693, euler_gamma = 0.57721566490153286061;
// From here on asymptotic forms are right to f64, and sums would take long.
constexpr double large_shape = 1e8;

// log gamma(a + 1) less Stirling's formula, for a from 10 on (A&S 6.1.41).
double stirling_rest(double a) {
  constexpr double b[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                          1.0 / 1188, -691.0 / 360360, 1.0 / 156};
  const double square = a * a;
  double sum = 0;
  for (int k = 6; k >= 0; --k)
    sum = sum / square + b[k];
  return sum / a;
}

// a log(a / x) + x - a, at least 0, without cancellation near a = x. Source: Loader 2000.
double deviance(double a, double x) {
  if (std::abs(a - x) >= 0.1 * (a + x))
    return a * std::log(a / x) + x - a;
  const double v = (a - x) / (a + x), square = v * v;
  double sum = (a - x) * v, power = 2 * a * v;
  for (int k = 1; k < 1000; ++k) {
    power *= square;
    const double next = sum + power / (2 * k + 1);
    if (next == sum)
      break;
    sum = next;
  }
  return sum;
}

// e^-x x^a / gamma(a + 1)
double weight(double a, double x) {
  if (a < 10)
    return std::exp(a * std::log(x) - x - lgamma(a + 1));
  return std::exp(-stirling_rest(a) - deviance(a, x)) / std::sqrt(two_pi * a);
}

// log gamma(1 + a) for 0 <= a <= 1, to the last digits of small a (A&S 6.1.33).
double log_gamma_of_1_and(double a) {
  double sum = a * (1 - euler_gamma) - std::log1p(a), power = -a;
  for (int k = 2; k < 60; ++k) {
    power *= -a;
    sum += power * zeta(k, 2) / k;
  }
  return sum;
}

// 1 - P for small a and x, where P is nearly 1 (A&S 6.5.29, the alternating series).
double upper_of_small(double a, double x) {
  const double log_first = a * std::log(x) - log_gamma_of_1_and(a);
  double term = 1, sum = 0;
  for (int n = 1; n < 200; ++n) {
    term *= -x / n;
    sum += term / (a + n);
    if (std::abs(term) < 1e-18 * std::abs(sum))
      break;
  }
  return -std::expm1(log_first) - std::exp(log_first) * a * sum;
}

// P by its power series, for x below about a (A&S 6.5.29).
double lower_series(double a, double x) {
  double term = 1, sum = 1;
  for (double n = 1; term > sum * 1e-17; ++n) {
    term *= x / (a + n);
    sum += term;
  }
  return weight(a, x) * sum;
}

// 1 - P by its continued fraction, for x above about a (A&S 6.5.31; Lentz' way).
double upper_fraction(double a, double x) {
  constexpr double tiny = 1e-300;
  double b = x + 1 - a, c = 1 / tiny, d = 1 / b, product = d;
  for (double n = 1; n < 1e7; ++n) {
    const double factor = -n * (n - a);
    b += 2;
    d = factor * d + b;
    d = 1 / (std::abs(d) < tiny ? tiny : d);
    c = b + factor / c;
    c = std::abs(c) < tiny ? tiny : c;
    product *= d * c;
    if (std::abs(d * c - 1) < 1e-16)
      break;
  }
  return weight(a, x) * a * product;
}

// P for a large shape (sign 1), or 1 - P (sign -1). Source: Temme 1979, the first term.
double of_large_shape(double a, double x, double sign) {
  const double ratio = x / a, eta = std::copysign(std::sqrt(2 * deviance(a, x) / a), ratio - 1);
  const double first = std::abs(eta) < 1e-4 ? -1.0 / 3 + eta / 12 : 1 / (ratio - 1) - 1 / eta;
  const double rest = std::exp(-a * eta * eta / 2) / std::sqrt(two_pi * a) * first;
  return 0.5 * std::erfc(-sign * eta * std::sqrt(a / 2)) - sign * rest;
}

// Both functions: what is the same in them.
template <class Lower, class Upper>
double incomplete(double a, double x, double at_zero, Lower&& lower, Upper&& upper) {
  if (!(a >= 0 && x >= 0) || (a == 0 && x == 0) || (std::isinf(a) && std::isinf(x)))
    return gamma_nan;
  if (x == 0 || std::isinf(a))
    return at_zero;
  if (a == 0 || std::isinf(x))
    return 1 - at_zero;
  return x < a + 1 ? lower() : upper();
}

}  // namespace

double gammainc(double a, double x) {
  if (a > large_shape && std::isfinite(a) && x > 0 && std::isfinite(x))
    return of_large_shape(a, x, 1);
  return incomplete(
      a, x, 0, [&] { return lower_series(a, x); }, [&] { return 1 - upper_fraction(a, x); });
}

double gammaincc(double a, double x) {
  if (a > large_shape && std::isfinite(a) && x > 0 && std::isfinite(x))
    return of_large_shape(a, x, -1);
  return incomplete(
      a, x, 1, [&] { return a < 1 ? upper_of_small(a, x) : 1 - lower_series(a, x); },
      [&] { return upper_fraction(a, x); });
}

// From P(a, x) = the sum of weights w[n] = e^-x x^(a + n) / gamma(a + n + 1): their derivatives by
// a are w[n] (log x - digamma(a + n + 1)), and P's by log x is a w[0].
double log_gamma_slope(double a, double log_x) {
  if (!(a > 0) || std::isnan(log_x))
    return gamma_nan;
  const double x = std::exp(log_x);
  if (a > large_shape) {  // Cornish and Fisher's expansion: x = a + z sqrt(a) + ...
    const double z = (x - a) / std::sqrt(a);
    return (1 + z / (2 * std::sqrt(a))) / x;
  }
  if (x > a + 40 * std::sqrt(a) + 800)  // beyond all samples
    return 0;
  double ratio = 1, psi = digamma(a + 1), sum = log_x - psi;  // ratio: w[n] / w[0]
  for (double n = 1;; ++n) {
    ratio *= x / (a + n);
    psi += 1 / (a + n);
    const double term = ratio * (log_x - psi);
    sum += term;
    if (a + n > x && std::abs(term) <= 1e-17 * std::abs(sum))
      break;
  }
  return -sum / a;
}

double gammainc_by_shape(double a, double x) {
  if (!(a > 0 && x >= 0))
    return gamma_nan;
  if (x == 0 || std::isinf(x) || std::isinf(a))
    return 0;
  return -a * weight(a, x) * log_gamma_slope(a, std::log(x));
}

}  // namespace hebb::cpu::special
