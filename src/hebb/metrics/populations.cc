#include "hebb/metrics/populations.h"

#include <algorithm>
#include <cmath>

#include "hebb/metrics/nan.h"

namespace hebb::metrics {
namespace {

double value_of(const Population& population, const std::string& measure) {
  for (const auto& [name, value] : population.measured.values)
    if (name == measure)
      return value;
  return nan;
}

}  // namespace

std::vector<Gap> gaps(std::span<const Population> populations) {
  std::vector<std::string> measures;
  for (const Population& population : populations)
    for (const auto& [name, value] : population.measured.values)
      if (std::find(measures.begin(), measures.end(), name) == measures.end())
        measures.push_back(name);
  std::vector<Gap> out;
  for (const std::string& measure : measures) {
    const Population *low = nullptr, *high = nullptr;
    int defined = 0;
    for (const Population& population : populations) {
      const double value = value_of(population, measure);
      if (std::isnan(value))
        continue;
      ++defined;
      if (!low || value < value_of(*low, measure))
        low = &population;
      if (!high || value > value_of(*high, measure))
        high = &population;
    }
    if (defined >= 2)
      out.push_back(
          {measure, value_of(*high, measure) - value_of(*low, measure), low->name, high->name});
  }
  return out;
}

double selection_rate(const Measured& binary, int64_t positive) {
  if (!binary.confusion || binary.confusion->classes() != 2 || binary.samples == 0)
    return nan;
  int64_t named = 0;
  for (int64_t actual : {0, 1})
    named += binary.confusion->row(actual)[size_t(positive)];
  return double(named) / double(binary.samples);
}

}  // namespace hebb::metrics
