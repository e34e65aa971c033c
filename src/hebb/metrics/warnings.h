// Warnings: what a metric has to say beside its value, such as a denominator of zero. The caller
// decides where it goes, and how classes are called.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hebb::metrics {

struct Warnings {
  std::vector<std::string> lines;
  std::vector<std::string> class_names;  // by label; none: a class goes by its label

  // The same thing is said once.
  void add(std::string line) {
    if (std::find(lines.begin(), lines.end(), line) == lines.end())
      lines.push_back(std::move(line));
  }
};

inline std::string class_word(const Warnings* warnings, int64_t label) {
  if (warnings && size_t(label) < warnings->class_names.size())
    return warnings->class_names[size_t(label)];
  return std::to_string(label);
}

// Metrics take a pointer, because most callers do not care.
inline void warn(Warnings* warnings, std::string line) {
  if (warnings)
    warnings->add(std::move(line));
}

}  // namespace hebb::metrics
