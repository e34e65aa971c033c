// What a table's cell holds where a number should be. For .cc files.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/formats/csv.h"

namespace hebb::data {

// Beyond that a network would see infinity.
inline bool f32_holds(double value) {
  return std::isfinite(float(value));
}

inline constexpr const char* not_in_f32 =
    "f32 does not hold (its numbers end at 3.4e38); write it in another unit";

// All of the cell is one; words that other programs take for numbers, nan and inf, are none.
inline bool number_in_cell(std::string_view cell, double& value) {
  return parse_number(cell, value) && !std::isnan(value) &&
         cell.find_first_of("0123456789") != std::string_view::npos;
}

// "'NA'", "empty"
inline std::string shown_cell(std::string_view cell) {
  return cell.empty() ? "empty" : fmt::format("'{}'", cell.substr(0, 40));
}

}  // namespace hebb::data
