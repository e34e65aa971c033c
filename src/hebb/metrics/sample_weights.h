// How much samples count in a metric: a number of at least 0 for each. Where none are given, each
// counts 1. A sample of weight 0 is as if it were not there. For .cc files.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "hebb/base/check.h"

namespace hebb::metrics {

inline double weight_at(std::span<const double> weights, size_t sample) {
  return weights.empty() ? 1 : weights[sample];
}

inline void check_weights(std::span<const double> weights, size_t samples) {
  check(weights.empty() || weights.size() == samples, "there are {} weights for {} samples",
        weights.size(), samples);
  for (size_t i = 0; i < weights.size(); ++i)
    check(std::isfinite(weights[i]) && weights[i] >= 0,
          "the weight of sample {} is {}, should be a number of at least 0", i, weights[i]);
}

// Of outputs that hold several places a sample, each of which counts as much as its sample.
inline std::vector<double> weights_of_places(std::span<const double> weights, size_t places) {
  std::vector<double> out;
  if (weights.empty())
    return out;
  check(places % weights.size() == 0, "there are {} weights for {} samples", weights.size(),
        places);
  out.reserve(places);
  for (double weight : weights)
    out.insert(out.end(), places / weights.size(), weight);
  return out;
}

}  // namespace hebb::metrics
