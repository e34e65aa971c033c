// The cells of a table, row by row.
#pragma once

#include <string>
#include <vector>

#include "hebb/formats/csv.h"

namespace hebb {

using Strings = std::vector<std::string>;

inline Strings cells(const CsvTable& table) {
  Strings out;
  for (int64_t r = 0; r < table.rows(); ++r)
    for (size_t c = 0; c < table.columns.size(); ++c)
      out.emplace_back(table.at(r, int64_t(c)));
  return out;
}

}  // namespace hebb
