// Intervals for quantities: split-conformal prediction. The absolute errors on the validation part,
// sorted; of n of them the one of rank ceil((n + 1) level) is as far as an interval of that level
// reaches to both sides. A new sample of the same kind lies inside with at least that probability.
// Source: Vovk, Gammerman and Shafer 2005; Lei et al. 2018.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/train/evaluation.h"

namespace hebb {

inline constexpr double usual_level = 0.9;

// Of a run's model.json. Of many errors a thousand are kept, so that a level's interval is wider by
// a thousandth of the samples at most.
struct Intervals {
  int64_t samples = 0;                      // errors of each number
  std::vector<int64_t> ranks;               // of those that are kept, from 1, rising
  std::vector<std::vector<double>> errors;  // of each number of an answer, one a rank, rising
  HEBB_FIELDS(samples, ranks, errors)

  bool is_sound(int64_t numbers) const;  // for what was read from a file
  // How far an interval reaches to both sides of each number; level: above 0, below 1. Nothing: so
  // few samples say nothing of that level.
  std::optional<std::vector<double>> reach(double level) const;
  int64_t least_samples(double level) const;  // that say something of it
};

// predicted and actual: [samples, numbers].
Intervals intervals_of(const std::vector<double>& predicted, const std::vector<double>& actual,
                       int64_t numbers);

// In the unit of the data. Error: as test_model.
Intervals fit_intervals(const nn::Model& model, const Loss& loss, const data::Dataset& validation,
                        const TestOptions& options);

// test_model, and beside its measures those of intervals of the usual level: interval_coverage, the
// share of numbers that lie inside, and interval_width, the mean. intervals: nothing adds nothing.
TestResult test_with_intervals(const nn::Model& model, const Loss& loss, const data::Dataset& data,
                               TestOptions options, const std::optional<Intervals>& intervals);

}  // namespace hebb
