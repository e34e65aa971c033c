#include "hebb/course/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hebb::course {

std::string to_string(const Shown& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return *text;
  if (const auto* number = std::get_if<double>(&value))
    return fmt::format("{:.7g}", *number);
  return std::to_string(std::get<int64_t>(value));
}

void Checks::equal(std::string what, int64_t expected, int64_t computed) {
  all_.push_back({std::move(what), expected, computed, expected == computed});
}
void Checks::equal(std::string what, std::string expected, std::string computed) {
  const bool ok = expected == computed;
  all_.push_back({std::move(what), std::move(expected), std::move(computed), ok});
}
void Checks::near(std::string what, double expected, double computed, double tolerance) {
  all_.push_back(
      {std::move(what), expected, computed, std::fabs(expected - computed) <= tolerance});
}
void Checks::between(std::string what, double low, double high, double computed) {
  all_.push_back({std::move(what), fmt::format("{:.7g} to {:.7g}", low, high), computed,
                  computed >= low && computed <= high});
}
void Checks::holds(std::string what, bool computed) {
  equal(std::move(what), std::string("yes"), computed ? "yes" : "no");
}

bool Checks::ok() const {
  return !all_.empty() &&
         std::all_of(all_.begin(), all_.end(), [](const Check& check) { return check.ok; });
}

}  // namespace hebb::course
