// A table of text row by row: what is longer than memory, or comes through a pipe. The form is
// csv.h's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

class CsvRows {
 public:
  // Gives up to `most` bytes; 0 at the end.
  using Read = std::function<size_t(char* to, size_t most)>;

  // Reads the first line. Error (data): as read_csv, also where there is none.
  CsvRows(Read read, std::string where);

  const std::vector<std::string>& columns() const { return columns_; }
  bool header() const { return header_; }

  // Goes to the next row that is not blank; false: there is none. Error (data): the row cannot be
  // read, and the next one may be.
  bool next();
  // Of that row: where it begins, counted from 1, and its cells, which may be more or fewer than
  // there are columns.
  int64_t line() const { return line_; }
  const std::vector<std::string_view>& cells() const { return cells_; }

 private:
  int get();  // the next byte; -1 at the end
  int peek();
  void pass_byte_order_mark();
  bool take_text();
  void scan();

  Read read_;
  std::string where_;
  std::vector<char> buffer_, text_;  // what was read; the row
  size_t at_ = 0, end_ = 0;          // in the buffer
  int64_t line_ = 0, next_line_ = 1;
  bool header_ = false, first_is_row_ = false;
  std::vector<std::string> columns_;
  std::vector<std::string_view> cells_;
};

}  // namespace hebb
