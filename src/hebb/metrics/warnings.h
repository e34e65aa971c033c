// Warnings: what a metric has to say beside its value, such as a denominator of zero. The caller
// decides where it goes.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace hebb::metrics {

struct Warnings {
  std::vector<std::string> lines;

  // The same thing is said once.
  void add(std::string line) {
    if (std::find(lines.begin(), lines.end(), line) == lines.end())
      lines.push_back(std::move(line));
  }
};

// Metrics take a pointer, because most callers do not care.
inline void warn(Warnings* warnings, std::string line) {
  if (warnings)
    warnings->add(std::move(line));
}

}  // namespace hebb::metrics
