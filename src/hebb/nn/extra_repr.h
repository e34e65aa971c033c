// Arguments as PyTorch prints them in a layer's line: (3, 3), (5,), True, 1e-05. For .cc files.
#pragma once

#include <string>

#include "hebb/base/check.h"
#include "hebb/tensor/dims.h"

namespace hebb::nn {

inline std::string shown(const Dims& values) {
  return values.size() == 1 ? fmt::format("({},)", values[0])
                            : fmt::format("({})", fmt::join(values.begin(), values.end(), ", "));
}

// One number where all are equal: what was given.
inline std::string shown_brief(const Dims& values) {
  for (int64_t v : values)
    if (v != values[0])
      return shown(values);
  return values.empty() ? "()" : std::to_string(values[0]);
}

inline const char* shown(bool value) {
  return value ? "True" : "False";
}

}  // namespace hebb::nn
