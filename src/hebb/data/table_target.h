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
// guess: the last one where none is named and none has a usual name; without it that is an Error
// (usage).
size_t target_column(const CsvTable& table, const std::string& wanted, bool guess,
                     std::string_view where);

// f(row, cell) for the rows that are kept: by number, in order; empty: all.
template <class F>
void each_kept(const CsvTable& table, size_t column, const std::vector<int64_t>& keep, F&& f) {
  size_t kept = 0;
  each_cell(table, column, [&](int64_t row, const RowCell& cell) {
    if (keep.empty() || (kept < keep.size() && keep[kept] == row)) {
      ++kept;
      f(row, cell);
    }
  });
}

// The rows of `keep` whose target is not missing: nothing can be learnt from the others, nor can a
// prediction be measured. A note counts them. Where all lack one, `keep` as it is.
std::vector<int64_t> rows_with_target(const CsvTable& table, size_t column,
                                      const std::vector<int64_t>& keep, std::string_view where,
                                      std::vector<std::string>& notes);

struct TargetValues {
  Task task = Task::classification;
  std::string reason = {};     // why it is this task
  std::string otherwise = {};  // how whole numbers become the other one; "": it is no guess
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
