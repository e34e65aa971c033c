// What the ways to read a table share: whole numbers in text, and the words about a sample's shape.
// For .cc files.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/data/table.h"

namespace hebb::data {

// Of a target of whole numbers: with more different ones it is a quantity.
inline constexpr int64_t most_integer_classes = 100;

inline std::optional<int64_t> parse_integer(std::string_view cell) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size() || cell.empty())
    return std::nullopt;
  return value;
}

// Said before labels are looked at, which may be of other data too.
inline void check_sample_shape(const Dims& given, const TableOptions& options,
                               const std::string& where) {
  const auto columns = [](const Dims& shape) {
    return shape.size() == 1 ? fmt::format("{} column{}", shape[0], shape[0] == 1 ? "" : "s")
                             : to_string(shape);
  };
  check_in(options.sample_shape.empty() || given == options.sample_shape, ErrorKind::usage, where,
           "a sample has {}, the model takes {}{}{}", columns(given), columns(options.sample_shape),
           options.feature_names.empty() ? "" : ": ", quoted_list(options.feature_names));
}

}  // namespace hebb::data
