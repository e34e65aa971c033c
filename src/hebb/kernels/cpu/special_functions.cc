// Special functions from their series, continued fractions and asymptotic expansions: Abramowitz
// and Stegun, Handbook of Mathematical Functions, whose equations are named (A&S).

#include "hebb/kernels/cpu/special_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hebb::cpu::special {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(),
                 nan = std::numeric_limits<double>::quiet_NaN(), pi = 3.14159265358979323846,
                 root_pi = 1.77245385090551602730, root_two = 1.41421356237309504880;

// B_2, B_4, ... (A&S 23.2)
constexpr double bernoulli[] = {1.0 / 6,       -1.0 / 30,      1.0 / 42, -1.0 / 30,
                                5.0 / 66,      -691.0 / 2730,  7.0 / 6,  -3617.0 / 510,
                                43867.0 / 798, -174611.0 / 330};

// A first guess at the inverse of erf, within a few parts in a thousand: Winitzki 2008. rest: 1 -
// x^2.
double erfinv_guess(double rest) {
  constexpr double a = 0.147;
  const double log_rest = std::log(rest), b = 2 / (pi * a) + log_rest / 2;
  return std::sqrt(std::max(0.0, std::sqrt(b * b - log_rest / a) - b));
}

// Halley's step for erf(y) = x, where `apart` is erf(y) - x.
double halley(double y, double apart) {
  const double step = apart * (root_pi / 2) * std::exp(y * y);
  return y - step / (1 + y * step);
}

double erfinv_near_zero(double x) {  // |x| <= 0.5
  double y =
      std::abs(x) < 0.1 ? x * root_pi / 2 : std::copysign(erfinv_guess((1 - x) * (1 + x)), x);
  for (int i = 0; i < 3; ++i)
    y = halley(y, std::erf(y) - x);
  return y;
}

// Where erfc is so small that its digits go: Newton's steps for log erfc(y) = log q.
double erfcinv_far(double q) {
  double y = std::sqrt(-std::log(q));
  for (int i = 0; i < 6; ++i)
    y += (std::log(erfcx(y)) - y * y - std::log(q)) * erfcx(y) * root_pi / 2;
  return y;
}

double erfcinv(double q) {  // q in [0, 2]
  if (q > 1)
    return -erfcinv(2 - q);
  if (q >= 0.5)
    return erfinv_near_zero(1 - q);
  if (q == 0)
    return infinity;
  if (q < 1e-290)
    return erfcinv_far(q);
  double y = erfinv_guess(q * (2 - q));
  for (int i = 0; i < 4; ++i)
    y = halley(y, q - std::erfc(y));
  return y;
}

// sum (x/2)^(2k) / (k! (k + order)!) (A&S 9.6.10); all terms are positive.
double bessel_series(double x, int order) {
  const double quarter = x * x / 4;
  double term = 1, sum = 1;
  for (int k = 1; term > sum * 1e-18; ++k) {
    term *= quarter / (double(k) * (k + order));
    sum += term;
  }
  return sum;
}

// e^-x I(x) for large x (A&S 9.7.1).
double bessel_far(double x, int order) {
  const double mu = 4.0 * order * order;
  double term = 1, sum = 1;
  for (int k = 1; k < 60; ++k) {
    const double odd = 2 * k - 1, next = -term * (mu - odd * odd) / (8.0 * k * x);
    if (std::abs(next) >= std::abs(term) || std::abs(next) < 1e-18)
      break;
    term = next;
    sum += term;
  }
  return sum / std::sqrt(2 * pi * x);
}

constexpr double bessel_is_far = 30;

}  // namespace

double lgamma(double x) {
  int sign;
  return ::lgamma_r(x, &sign);  // std::lgamma writes a global
}

double digamma(double x) {
  if (x == 0)
    return std::copysign(infinity, -x);
  double sum = 0;
  if (x < 0) {  // A&S 6.3.7
    if (x == std::trunc(x) || std::isinf(x))
      return nan;
    const double rest = x - std::trunc(x);
    sum = -pi / std::tan(pi * rest);
    x = 1 - x;
  }
  for (; x < 10; ++x)  // A&S 6.3.5
    sum -= 1 / x;
  const double inverse = 1 / (x * x);
  double power = inverse, tail = 0;  // A&S 6.3.18
  for (int j = 0; j < 8; ++j, power *= inverse)
    tail += bernoulli[j] / (2 * (j + 1)) * power;
  return sum + std::log(x) - 0.5 / x - tail;
}

// Euler and Maclaurin's sum formula (A&S 23.1.30).
double zeta(double x, double q) {
  if (std::isnan(x) || std::isnan(q))
    return nan;
  if (x == 1)
    return infinity;
  if (x < 1)
    return nan;
  if (q == infinity)
    return 0;
  if (q <= 0) {
    if (q == std::floor(q))
      return infinity;
    if (x != std::floor(x))
      return nan;   // a power that is not whole, of a negative number
    if (q < -20) {  // the negative terms are those of two sums from positive numbers on
      const double above = q - std::floor(q), sign = std::fmod(x, 2) == 0 ? 1 : -1;
      return zeta(x, above) + sign * (zeta(x, 1 - above) - zeta(x, 1 - q));
    }
  }
  double sum = 0, a = q;
  for (const double far = 10 + x; a < far; ++a) {
    const double term = std::pow(a, -x);
    sum += term;
    if (a > 0 && std::abs(term) <= 1e-18 * std::abs(sum))  // both 0, of a large x
      return sum;
  }
  const double power = std::pow(a, -x);
  sum += power * a / (x - 1) + power / 2;
  double factor = x * power / (2 * a);  // x ... (x + 2j - 2) / (2j)! a^(-x - 2j + 1)
  for (int j = 1; j <= 10; ++j) {
    sum += bernoulli[j - 1] * factor;
    factor *= (x + 2 * j - 1) * (x + 2 * j) / (a * a * (2 * j + 1) * (2 * j + 2));
  }
  return sum;
}

double polygamma(int n, double x) {
  if (n == 0)
    return digamma(x);
  return (n % 2 ? 1 : -1) * std::tgamma(n + 1.0) * zeta(n + 1.0, x);
}

double erfinv(double x) {
  if (!(std::abs(x) <= 1))
    return nan;
  if (std::abs(x) <= 0.5)
    return erfinv_near_zero(x);
  return std::copysign(erfcinv(1 - std::abs(x)), x);
}

double erfcx(double x) {
  if (x < 0)
    return 2 * std::exp(x * x) - erfcx(-x);
  if (x < 2)
    return std::exp(x * x) * std::erfc(x);
  if (std::isinf(x))
    return 0;
  double below = x;  // the continued fraction from its end (A&S 7.1.14)
  for (int k = 60; k > 0; --k)
    below = x + k / 2.0 / below;
  return 1 / (root_pi * below);
}

double ndtr(double x) {
  return 0.5 * std::erfc(-x / root_two);
}

double ndtri(double p) {
  return p >= 0 && p <= 1 ? -root_two * erfcinv(2 * p) : nan;
}

double log_ndtr(double x) {
  if (x < -1)
    return std::log(erfcx(-x / root_two) / 2) - x * x / 2;
  return std::log1p(-0.5 * std::erfc(x / root_two));
}

double i0(double x) {
  const double size = std::abs(x);
  return size < bessel_is_far ? bessel_series(size, 0) : std::exp(size) * bessel_far(size, 0);
}
double i0e(double x) {
  const double size = std::abs(x);
  return size < bessel_is_far ? std::exp(-size) * bessel_series(size, 0) : bessel_far(size, 0);
}
double i1(double x) {
  const double size = std::abs(x), value = size < bessel_is_far
                                               ? size / 2 * bessel_series(size, 1)
                                               : std::exp(size) * bessel_far(size, 1);
  return std::copysign(value, x);
}
double i1e(double x) {
  const double size = std::abs(x), value = size < bessel_is_far
                                               ? std::exp(-size) * size / 2 * bessel_series(size, 1)
                                               : bessel_far(size, 1);
  return std::copysign(value, x);
}

}  // namespace hebb::cpu::special
