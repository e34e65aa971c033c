// Times that are written in a table: numbers (years, seconds), or dates with or without a time of
// day. Only their order and distance count.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hebb::data {

// Of each cell: the number it is, or, where one of them is none, the seconds since 1970-01-01 UTC.
// Dates: 2026-11-29, 2026-11, 29.11.2026, 11/29/2026 (with - . / between), then, behind T or a
// blank, 14:05, 14:05:09.25, 2:05 PM, and Z, +01:00 or +0100. Without a zone times are taken for
// UTC. Whether the day or the month comes first is decided over all cells. column: for messages.
// Error (data): an empty cell, one that is no time (with its row, from 1), days and months that
// cannot be told apart.
std::vector<double> instants_of(const std::vector<std::string>& cells, std::string_view column);

}  // namespace hebb::data
