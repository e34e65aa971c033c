#include "hebb/metrics/populations.h"

#include <cmath>
#include <string_view>
#include <unordered_map>

#include "hebb/metrics/nan.h"

namespace hebb::metrics {
namespace {

// Of one measure: where it is least and most among the populations that define it.
struct Range {
  const std::string* measure;
  const Population *low = nullptr, *high = nullptr;
  double lowest = 0, highest = 0;
  int defined = 0;

  void add(const Population& population, double value) {
    if (!low || value < lowest) {
      lowest = value;
      low = &population;
    }
    if (!high || value > highest) {
      highest = value;
      high = &population;
    }
    ++defined;
  }
};

}  // namespace

std::vector<Gap> gaps(std::span<const Population> populations) {
  std::vector<Range> ranges;  // in the order in which measures occur
  std::unordered_map<std::string_view, size_t> places;
  for (const Population& population : populations)
    for (const auto& [name, value] : population.measured.values) {
      const auto [place, fresh] = places.emplace(name, ranges.size());
      if (fresh)
        ranges.push_back({.measure = &name});
      if (!std::isnan(value))
        ranges[place->second].add(population, value);
    }
  std::vector<Gap> out;
  for (const Range& r : ranges)
    if (r.defined >= 2)
      out.push_back({*r.measure, r.highest - r.lowest, r.low->name, r.high->name});
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
