// A table of text row by row: what is longer than memory, or comes through a pipe. The form is
// csv.h's; how it is written is told by its beginning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/formats/csv_dialect.h"
#include "hebb/formats/csv_number.h"
#include "hebb/formats/unpacked_stream.h"

namespace hebb {

class CsvRows {
 public:
  using Read = ByteReader;

  // Reads the first line. Error (data): as read_csv, also where there is none.
  CsvRows(Read read, std::string where, const CsvWishes& wishes = {});

  const std::vector<std::string>& columns() const { return columns_; }
  bool header() const { return dialect_.header; }
  const CsvDialect& dialect() const { return dialect_; }

  // Goes to the next row that is not blank; false: there is none. Of a single column a blank line
  // with rows behind it is a row, too: its cell is missing. Error (data): the row cannot be read,
  // and the next one may be.
  bool next();
  // After such an error: the file cannot be read on, or a quote does not end, so that what follows
  // cannot be told apart into rows.
  bool lost() const { return lost_; }
  // Of that row: where it begins, counted from 1, and its cells, which may be more or fewer than
  // there are columns.
  int64_t line() const { return line_; }
  const std::vector<RowCell>& cells() const { return cells_; }

 private:
  bool fill();  // reads more into the buffer; false: there is no more
  int get();    // the next byte; -1 at the end
  int peek();
  bool take_text();
  void decode_text();
  void scan();

  Read read_;
  std::string where_;
  CsvDialect dialect_;
  bool encoding_is_said_ = false;
  std::string chunk_, buffer_, text_;  // what was read at once, and not used yet; the row
  std::string copies_;                 // cells in which two quotes stand for one
  size_t at_ = 0;                      // in the buffer
  int64_t line_ = 0, next_line_ = 1;
  bool first_is_row_ = false, lost_ = false;
  std::vector<std::string> columns_;
  std::vector<RowCell> cells_;
  int64_t blanks_ = 0;         // lines that are given as rows before the row behind them
  std::vector<RowCell> held_;  // that row
};

}  // namespace hebb
