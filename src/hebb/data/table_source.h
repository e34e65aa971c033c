// The rows of a table in memory: a number for every cell, row by row; a category's is its place
// among the column's words.
#pragma once

#include <string>
#include <vector>

#include "hebb/data/column_kind.h"
#include "hebb/data/dataset.h"
#include "hebb/formats/csv.h"

namespace hebb::data {

class TableSource : public Source {
 public:
  struct Rows {
    int64_t count = 0;
    Schema fields;                                // one a column
    std::vector<double> values;                   // [rows, columns]; NaN: missing
    std::vector<std::vector<std::string>> words;  // of each column that holds categories
    std::vector<int64_t> labels;                  // of a classification
    std::vector<double> targets;                  // of a regression
    std::vector<int64_t> lines;                   // of the file, of each row
  };
  // What a person may want to see of it.
  struct Told {
    std::vector<ColumnInfo> columns;  // all of the file's
    CsvDialect dialect;
    std::string task_reason;
    std::string otherwise = {};  // how whole numbers of the target become the other task's
    std::vector<std::string> missing = {};  // further words for what is missing
  };

  // info: sample_shape and dtype are set here.
  TableSource(SourceInfo info, Rows rows, Told told);

  const Told& told() const { return told_; }
  bool has_missing() const { return has_missing_; }  // of what is learnt from

  Schema schema() const override;
  void read_records(std::span<const int64_t> indices, Record& record) const override;
  bool gives_many() const override { return true; }
  void read(int64_t index, void* to) const override;
  const double* in_f64(int64_t index) const override;
  const double* target_in_f64(int64_t index) const override;
  int64_t label(int64_t index) const override;
  void target(int64_t index, float* to) const override;
  std::string sample_name(int64_t index) const override;  // "line 7"
  uint64_t hash() const override;

 private:
  void read_numbers(std::span<const int64_t> indices, size_t column, Value& value) const;
  void read_words(std::span<const int64_t> indices, size_t column, Value& value) const;

  Rows rows_;
  Told told_;
  bool has_missing_ = false;
};

// What a data set's table is like; null: it is none that was read from text.
const TableSource* table_of(const Dataset& dataset);

// The rows of a table for these fields, which are columns of it. keep: rows, by number; empty: all.
// Error (data): a cell that cannot be used; names the line and the column. more: what would help,
// for that message.
TableSource::Rows rows_of(const CsvTable& table, const Schema& fields, bool may_miss,
                          const std::vector<int64_t>& keep, std::string_view where,
                          std::string_view more);

}  // namespace hebb::data
