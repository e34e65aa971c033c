// standard: every number of a row becomes (x - mean) / deviation, by the training part. In f64: a
// column far from zero would lose its spread as f32. A deviation of 0 counts as 1.
#include "hebb/data/running_moments.h"
#include "hebb/data/steps/number_step.h"

namespace hebb::data {
namespace {

struct Standardised {
  double mean = 0, std = 0;  // 0: it stays
  HEBB_FIELDS(mean, std)
  static constexpr const char* should = "a mean and a std above 0, both finite";

  static Standardised fit(const std::vector<double>& values, const NoOptions&, uint64_t) {
    RunningMoments moments;
    for (const double value : values)
      moments.add(value);
    const double deviation = moments.deviation();
    return {moments.mean(), deviation == 0 ? 1 : deviation};
  }
  bool is_plain() const { return std == 0; }
  int64_t width() const { return 1; }
  void write(double x, double* to) const { *to = (x - mean) / std; }
  bool good() const { return std::isfinite(mean) && std::isfinite(std) && std > 0; }
};

}  // namespace

constinit const StepEntry step_word::standard = {
    .name = "standard",
    .what = "subtract each number's mean, divide by its deviation",
    .make = number_step_of<Standardised, NoOptions, step_word::standard>,
};

}  // namespace hebb::data
