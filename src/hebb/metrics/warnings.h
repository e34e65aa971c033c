// Warnings: what a metric has to say beside its value, such as a denominator of zero. The caller
// decides where it goes, and how classes are called.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hebb::metrics {

struct Warnings {
  std::vector<std::string> lines;
  std::vector<std::string> class_names;  // by label; none: a class goes by its label

  // The same thing is said once.
  void add(std::string line);
};

std::string class_word(const Warnings* warnings, int64_t label);

// Metrics take a pointer, because most callers do not care.
void warn(Warnings* warnings, std::string line);

}  // namespace hebb::metrics
