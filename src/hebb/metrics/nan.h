// The value of a metric that is not defined, such as the recall of a class that never occurs. For
// .cc files: the name is a function's in <cmath>.
#pragma once

#include <limits>

namespace hebb::metrics {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace hebb::metrics
