// Columns of a table that are no inputs: the one whose numbers say how much each row counts, and
// the one that names rows. For .cc files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/table.h"
#include "hebb/formats/csv.h"

namespace hebb::data {

// The place of an identifier or a weight. Nothing: none is wanted, or it is missing where it may be
// (may_miss: the table is for a model that is there). Error (usage): there is no such column, or it
// is the target, or among those to learn from; key: "data.id".
std::optional<size_t> side_column(const CsvTable& table, const std::string& name,
                                  std::string_view key, size_t target, const TableOptions& options,
                                  bool may_miss, std::string_view where);

// Of the kept rows (keep: by number; empty: all). Error (data): a cell that is no number of at
// least 0, with its line; or all are 0.
std::vector<double> read_weights(const CsvTable& table, size_t column,
                                 const std::vector<int64_t>& keep, std::string_view where);

// The same of numbers that lie in memory. Error (data): names the sample.
void check_weights(const std::vector<double>& weights, int64_t samples, std::string_view where);

}  // namespace hebb::data
