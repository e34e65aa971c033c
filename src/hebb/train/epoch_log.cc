#include "hebb/train/epoch_log.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"

namespace hebb {

std::optional<double> find_value(const NamedValues& values, std::string_view name) {
  for (const auto& [key, value] : values)
    if (key == name)
      return value;
  return std::nullopt;
}

std::vector<double> values_of(const std::vector<EpochLog>& history, const std::string& name) {
  std::vector<double> out;
  for (const EpochLog& log : history) {
    const std::optional<double> value = find_value(log.values, name);
    if (!value) {
      std::vector<std::string> known;
      for (const auto& [key, other] : log.values)
        known.push_back(key);
      throw Error(ErrorKind::usage, "schedule", unknown_word("measure", name, known));
    }
    out.push_back(*value);
  }
  return out;
}

std::string metric_text(double value) {
  const double size = std::fabs(value);
  const bool far = (size > 0 && size <= 1e-3) || size >= 1e5;
  return far ? fmt::format("{:.4e}", value) : fmt::format("{:.4f}", value);
}

}  // namespace hebb
