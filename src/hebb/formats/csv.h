// Tables of text: RFC 4180, with commas, quotes where they are needed, and lines that end in LF,
// CR LF or, as spreadsheets on old Macs wrote them, CR.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

struct CsvTable {
  std::vector<std::string>
      columns;  // names: the first line where it is a header, else "1", "2", ...
  bool header = false;
  std::vector<std::string_view> cells;  // row-major; blanks around cells without quotes are gone
  std::vector<int64_t> lines;           // of each row, counted from 1
  std::vector<char> text;  // what the cells point into: a table can be moved, not copied

  CsvTable() = default;
  CsvTable(CsvTable&&) = default;
  CsvTable& operator=(CsvTable&&) = default;

  int64_t rows() const { return int64_t(lines.size()); }
  std::string_view at(int64_t row, int64_t column) const {
    return cells[size_t(row) * columns.size() + size_t(column)];
  }
};

// The first line is a header when none of its cells is a number and not all are empty; an empty one
// is named by its number. Errors name the file and the line: rows of different lengths, two columns
// of one name, a quote that does not end, text behind a quoted cell, no rows, decimal commas, bytes
// that are no UTF-8.
CsvTable read_csv(const std::filesystem::path& path);
CsvTable decode_csv(std::string_view bytes, std::string_view where);

bool parse_number(std::string_view cell,
                  double& value);  // decimal, all of the cell; false when it is none

}  // namespace hebb
