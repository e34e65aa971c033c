// quantile: every number of a row becomes what has the same rank among normally distributed ones,
// so that its distribution in the training part is normal, however skewed it was. Between the
// quantiles of the training part ranks are interpolated; beyond them they end at 1e-7 and 1 - 1e-7,
// 5.2 deviations. Source: the quantile transform of Bolstad et al. 2003, as scikit-learn has it.
#include "hebb/data/steps/number_step.h"
#include "hebb/data/steps/quantiles.h"

namespace hebb::data {
namespace {

struct QuantileOptions {
  int64_t quantiles = 1000;
  HEBB_FIELDS(quantiles)
  static constexpr Note notes[] = {{.field = "quantiles",
                                    .place = 1,
                                    .at_least = 2,
                                    .at_most = 100000,
                                    .what = "how many there are, at most one a sample"}};
};

struct Ranked {
  std::vector<double> quantiles;  // rising; empty: it stays
  HEBB_FIELDS(quantiles)
  static constexpr const char* should = "two quantiles or more, none below the one before it";

  static Ranked fit(std::vector<double> values, const QuantileOptions& options, uint64_t) {
    const auto count = std::min<int64_t>(options.quantiles, int64_t(values.size()));
    return {quantiles_of(std::move(values), std::max<int64_t>(count, 2))};
  }
  bool is_plain() const { return quantiles.empty(); }
  int64_t width() const { return 1; }
  void write(double x, double* to) const { *to = normal_quantile(rank_among(quantiles, x)); }
  bool good() const { return quantiles.size() >= 2 && are_rising(quantiles); }
};

}  // namespace

constinit const StepEntry step_word::quantile = {
    .name = "quantile",
    .what = "each number becomes the normally distributed one of the same rank",
    .options = &options_type<QuantileOptions>,
    .make = number_step_of<Ranked, QuantileOptions, step_word::quantile>,
};

}  // namespace hebb::data
