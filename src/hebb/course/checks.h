// What a worked number says of itself: pairs of what is expected and what was computed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hebb::course {

using Shown = std::variant<int64_t, double, std::string>;
std::string to_string(const Shown& value);

struct Check {
  std::string what;
  Shown expected, computed;
  bool ok = false;
};

class Checks {
 public:
  // Whole numbers and texts have to be equal.
  void equal(std::string what, int64_t expected, int64_t computed);
  void equal(std::string what, std::string expected, std::string computed);
  // Within `tolerance`, which covers the digits that are written down: 0.0025 for "about 0.002".
  // NaN never is.
  void near(std::string what, double expected, double computed, double tolerance = 1e-6);
  void between(std::string what, double low, double high, double computed);
  void holds(std::string what, bool computed);  // expected: yes

  const std::vector<Check>& all() const { return all_; }
  bool ok() const;  // there are some, and all are right

 private:
  std::vector<Check> all_;
};

}  // namespace hebb::course
