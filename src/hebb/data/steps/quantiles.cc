#include "hebb/data/steps/quantiles.h"

#include <algorithm>
#include <cmath>

namespace hebb::data {
namespace {

// Where x lies among rising numbers, as a rank 0..1: the first or the last place of equal ones.
double interpolated(const std::vector<double>& numbers, double x, bool last) {
  const auto n = double(numbers.size() - 1);
  const auto above = last ? std::upper_bound(numbers.begin(), numbers.end(), x)
                          : std::lower_bound(numbers.begin(), numbers.end(), x);
  if (above == numbers.begin())
    return 0;
  if (above == numbers.end())
    return 1;
  const double high = *above, low = *(above - 1);
  const auto place = double(above - numbers.begin());
  return (place - 1 + (x - low) / (high - low)) / n;
}

template <size_t n>
double polynomial(const double (&c)[n], double x) {
  double sum = 0;
  for (size_t i = n; i > 0; --i)
    sum = sum * x + c[i - 1];
  return sum;
}

}  // namespace

std::vector<double> quantiles_of(std::vector<double> values, int64_t count) {
  std::sort(values.begin(), values.end());
  std::vector<double> out;
  for (int64_t i = 0; i < count; ++i) {
    const double place = double(values.size() - 1) * (double(i) / double(count - 1));
    const auto below = size_t(place);
    const double part = place - double(below), low = values[below],
                 high = values[std::min(below + 1, values.size() - 1)];
    // From the nearer end, so that equal numbers give themselves.
    out.push_back(part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part));
  }
  for (size_t i = 1; i < out.size(); ++i)
    out[i] = std::max(out[i], out[i - 1]);
  return out;
}

bool are_rising(const std::vector<double>& numbers) {
  return std::is_sorted(numbers.begin(), numbers.end()) &&
         std::all_of(numbers.begin(), numbers.end(), [](double v) { return std::isfinite(v); });
}

double rank_among(const std::vector<double>& quantiles, double x) {
  if (x <= quantiles.front())
    return 0;
  if (x >= quantiles.back())
    return 1;
  return 0.5 * (interpolated(quantiles, x, false) + interpolated(quantiles, x, true));
}

double normal_quantile(double probability) {
  constexpr double least = 1e-7;
  const double p = std::min(std::max(probability, least), 1 - least), q = p - 0.5;
  constexpr double a[] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                          1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                          3.3430575583588128105e4, 2.5090809287301226727e3};
  constexpr double b[] = {1,
                          4.2313330701600911252e1,
                          6.8718700749205790830e2,
                          5.3941960214247511077e3,
                          2.1213794301586595867e4,
                          3.9307895800092710610e4,
                          2.8729085735721942674e4,
                          5.2264952788528545610e3};
  constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                          5.76949722146069140550e0,  3.64784832476320460504e0,
                          1.27045825245236838258e0,  2.41780725177450611770e-1,
                          2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr double d[] = {1,
                          2.05319162663775882187e0,
                          1.67638483018380384940e0,
                          6.89767334985100004550e-1,
                          1.48103976427480074590e-1,
                          1.51986665636164571966e-2,
                          5.47593808499534494600e-4,
                          1.05075007164441684324e-9};
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  // Up to r = 5, a probability of 1e-11.
  const double r = std::sqrt(-std::log(q < 0 ? p : 1 - p)) - 1.6;
  const double size = polynomial(c, r) / polynomial(d, r);
  return q < 0 ? -size : size;
}

}  // namespace hebb::data
