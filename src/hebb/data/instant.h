// Times that are written in a table: numbers (years, seconds), or dates with or without a time of
// day. Only their order and distance count.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/parallel.h"

namespace hebb::data {

// Of each cell: the number it is, or, where one of them is none, the seconds since 1970-01-01 UTC.
// Dates: 2026-11-29, 2026-11, 29.11.2026, 11/29/2026 (with - . / between), then, behind T or a
// blank, 14:05, 14:05:09.25, 2:05 PM, and Z, +01:00 or +0100; or, where the first cell is written
// in another way, whatever date_form.h knows (months by name, years of two digits, times of day),
// all cells in one form. Without a zone times are taken for UTC. Whether the day or the month comes
// first is decided over all cells. column, place: for messages, what the column is
// called, and where the cell of that number stands, "line 7". Error (data): an empty cell, one that
// is no time, days and months that cannot be told apart.
std::vector<double> instants_of(const std::vector<std::string>& cells, std::string_view column,
                                FunctionRef<std::string(size_t)> place);

}  // namespace hebb::data
