// The target of a table: which column, classes or quantities and why, and its values. For .cc
// files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/table.h"
#include "hebb/formats/csv.h"

namespace hebb::data {

size_t column_named(const CsvTable& table, std::string_view name, std::string_view where);
// Error (usage): none is named, and none has a usual name.
size_t target_column(const CsvTable& table, const std::string& wanted, std::string_view where);

struct TargetValues {
  Task task = Task::classification;
  std::string reason = {};  // why it is this task
  std::vector<std::string> class_names = {};
  std::vector<int64_t> labels = {};  // of a classification
  std::vector<double> numbers = {};  // of a regression
};

// keep: rows, by number; empty: all. notes: says what whole numbers were taken for, since they may
// be either. Error (data): a cell that is no class, or no number; names the line.
TargetValues read_target(const CsvTable& table, size_t column, const std::vector<int64_t>& keep,
                         const TableOptions& options, std::string_view where,
                         std::vector<std::string>& notes);

}  // namespace hebb::data
