#include "hebb/metrics/warnings.h"

#include <algorithm>
#include <utility>

namespace hebb::metrics {

void Warnings::add(std::string line) {
  if (std::find(lines.begin(), lines.end(), line) == lines.end())
    lines.push_back(std::move(line));
}

std::string class_word(const Warnings* warnings, int64_t label) {
  if (warnings && size_t(label) < warnings->class_names.size())
    return warnings->class_names[size_t(label)];
  return std::to_string(label);
}

void warn(Warnings* warnings, std::string line) {
  if (warnings)
    warnings->add(std::move(line));
}

}  // namespace hebb::metrics
