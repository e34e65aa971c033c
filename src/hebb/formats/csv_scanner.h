// Rows and cells of a table of text, and what a first line says: shared by those that read a whole
// table (csv.h) and row by row (csv_rows.h). For .cc files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/check.h"

namespace hebb {

inline bool is_csv_blank(char c) {
  return c == ' ' || c == '\t';
}

inline std::string_view trim_cell(std::string_view cell) {
  while (!cell.empty() && is_csv_blank(cell.front()))
    cell.remove_prefix(1);
  while (!cell.empty() && is_csv_blank(cell.back()))
    cell.remove_suffix(1);
  return cell;
}

// Lines end in LF, CR LF or CR, also in one file; whether one ends with this character.
inline bool ends_csv_line(const char* at, const char* end) {
  return *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
}

// Reads cells one after the other; quotes are taken away in place, so that a cell stays a piece of
// the text.
class CsvScanner {
 public:
  // line: of the first byte, counted from 1.
  CsvScanner(std::vector<char>& text, std::string_view where, int64_t line = 1)
      : at_(text.data()), end_(at_ + text.size()), where_(where), line_(line) {
    if (line == 1 && text.size() >= 3 && std::string_view(at_, 3) == "\xEF\xBB\xBF")
      at_ += 3;  // a byte order mark
  }

  bool at_end() const { return at_ == end_; }
  int64_t line() const { return line_; }

  // The cells of the next line; none when it is blank.
  void row(std::vector<std::string_view>& cells) {
    cells.clear();
    bool quoted = false;
    while (true) {
      cells.push_back(cell(quoted));
      if (at_ == end_ || *at_ != ',')
        break;
      ++at_;
    }
    if (at_ != end_)
      pass_line_end();
    if (cells.size() == 1 && cells[0].empty() && !quoted)
      cells.clear();
  }

 private:
  std::string_view cell(bool& quoted) {
    while (at_ != end_ && is_csv_blank(*at_))
      ++at_;
    quoted = at_ != end_ && *at_ == '"';
    if (quoted)
      return quoted_cell();
    const char* begin = at_;
    while (at_ != end_ && *at_ != ',' && !at_line_end()) {
      check_in(*at_ != '\0', ErrorKind::data, where_, "line {} holds a zero byte; should be text",
               line_);
      ++at_;
    }
    return trim_cell({begin, size_t(at_ - begin)});
  }

  std::string_view quoted_cell() {
    const int64_t first_line = line_;
    const char* begin = ++at_;
    char* to = at_;
    while (true) {
      check_in(at_ != end_, ErrorKind::data, where_, "line {}: a quote does not end", first_line);
      if (*at_ == '"') {
        ++at_;
        if (at_ == end_ || *at_ != '"')
          break;  // two quotes stand for one
      }
      line_ += ends_csv_line(at_, end_);
      *to++ = *at_++;
    }
    while (at_ != end_ && is_csv_blank(*at_))
      ++at_;
    check_in(at_ == end_ || *at_ == ',' || at_line_end(), ErrorKind::data, where_,
             "line {}: text behind a quoted cell, should be a comma", line_);
    return {begin, size_t(to - begin)};
  }

  bool at_line_end() const { return *at_ == '\n' || *at_ == '\r'; }
  void pass_line_end() {
    while (!ends_csv_line(at_, end_))
      ++at_;  // the CR of CR LF
    ++at_, ++line_;
  }

  char *at_, *end_;
  std::string_view where_;
  int64_t line_;
};

// Of the first row: a header when none of its cells is a number and not all are empty.
bool looks_like_csv_header(const std::vector<std::string_view>& cells);

// The columns' names, by the first row. Error (data): it is separated by something else, its
// numbers have decimal commas, two names are the same.
std::vector<std::string> csv_columns(const std::vector<std::string_view>& first, bool header,
                                     std::string_view where, int64_t line);

// Error (data): bytes that are no UTF-8; names the line, counted from `line`.
void check_csv_utf8(std::string_view bytes, std::string_view where, int64_t line = 1);

}  // namespace hebb
