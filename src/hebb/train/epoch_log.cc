#include "hebb/train/epoch_log.h"

#include <cmath>

#include "hebb/base/check.h"

namespace hebb {

std::optional<double> find_value(const NamedValues& values, std::string_view name) {
  for (const auto& [key, value] : values)
    if (key == name)
      return value;
  return std::nullopt;
}

std::string metric_text(double value) {
  const double size = std::fabs(value);
  const bool far = (size > 0 && size <= 1e-3) || size >= 1e5;
  return far ? fmt::format("{:.4e}", value) : fmt::format("{:.4f}", value);
}

}  // namespace hebb
