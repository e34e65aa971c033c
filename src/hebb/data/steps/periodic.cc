// periodic FREQUENCIES: every number of a row, standardised to z, becomes z, sin(2 pi c z) and
// cos(2 pi c z) for frequencies c, which are drawn from a normal distribution of deviation sigma
// and stay. Source: Gorishniy, Rubachev and Babenko 2022, equation 2, where they are trained.
#include <algorithm>
#include <numbers>

#include "hebb/data/running_moments.h"
#include "hebb/data/steps/number_step.h"

namespace hebb::data {
namespace {

struct PeriodicOptions {
  int64_t frequencies = 8;
  double sigma = 0.3;
  HEBB_FIELDS(frequencies, sigma)
  static constexpr Note notes[] = {
      {.field = "frequencies",
       .place = 1,
       .at_least = 1,
       .at_most = 10000,
       .what = "how many for each number"},
      {.field = "sigma", .above = 0, .what = "deviation of what they are drawn from"}};
};

struct Waves {
  double mean = 0, std = 0;
  std::vector<double> frequencies;  // empty: it stays
  HEBB_FIELDS(mean, std, frequencies)
  static constexpr const char* should = "a mean, a std above 0 and frequencies, all finite";

  static Waves fit(const std::vector<double>& values, const PeriodicOptions& options,
                   uint64_t key) {
    RunningMoments moments;
    for (const double value : values)
      moments.add(value);
    const double deviation = moments.deviation();
    Waves out{moments.mean(), deviation == 0 ? 1 : deviation, {}};
    Philox random(philox_key(key, 0x7761766573u));  // "waves"
    for (int64_t i = 0; i < options.frequencies; ++i)
      out.frequencies.push_back(options.sigma * random.normal());
    return out;
  }
  bool is_plain() const { return frequencies.empty(); }
  int64_t width() const { return 1 + 2 * int64_t(frequencies.size()); }
  void write(double x, double* to) const {
    const double z = (x - mean) / std;
    *to++ = z;
    for (const double c : frequencies) {
      const double angle = 2 * std::numbers::pi * c * z;
      *to++ = std::sin(angle);
      *to++ = std::cos(angle);
    }
  }
  bool good() const {
    return !frequencies.empty() && std::isfinite(mean) && std::isfinite(std) && std > 0 &&
           std::all_of(frequencies.begin(), frequencies.end(),
                       [](double c) { return std::isfinite(c); });
  }
};

}  // namespace

constinit const StepEntry step_word::periodic = {
    .name = "periodic",
    .what = "each number becomes itself, and sines and cosines of it at several frequencies",
    .options = &options_type<PeriodicOptions>,
    .make = number_step_of<Waves, PeriodicOptions, step_word::periodic>,
};

}  // namespace hebb::data
