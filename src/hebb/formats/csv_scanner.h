// Rows and cells of a table of text, one after the other: shared by those that read a whole table
// (csv.h) and row by row (csv_rows.h). For .cc files.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/formats/csv.h"
#include "hebb/formats/csv_dialect.h"
#include "hebb/formats/csv_number.h"

namespace hebb {

// Lines end in LF, CR LF or CR, also in one file; whether one ends with this character.
inline bool ends_csv_line(const char* at, const char* end) {
  return *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
}

// What is wrong with a row. Who reads knows in which file.
struct CsvTrouble {
  int64_t line = 0;    // counted as the scanner's
  int64_t column = 0;  // counted from 1; 0: none
  std::string what;

  std::string text() const {
    return column > 0 ? fmt::format("line {}, column {}: {}", line, column, what)
                      : fmt::format("line {} {}", line, what);
  }
};

// A cell as it stands in the text: blanks around it are gone, its quotes too.
struct ScannedCell {
  const char* data = nullptr;
  size_t size = 0;
  bool quoted = false,
       doubled = false;  // doubled: it holds pairs of quotes, each of which means one
  NumberRead number;     // of all of it; form none: it is no number

  std::string_view text() const { return {data, size}; }
};

// "a""b" -> a"b
inline void append_undoubled(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    i += text[i] == '"';
  }
}

// The number that a cell is, also one with groups and signs. Cells with doubled quotes are none.
inline WrittenNumber number_of(const ScannedCell& cell, char decimal) {
  const NumberRead& plain = cell.number;
  if (plain.form != NumberForm::none)
    return {.value = plain.value,
            .form = plain.form,
            .padded = plain.padded,
            .fraction = plain.fraction};
  if (cell.size == 0 || cell.doubled)
    return {};
  const auto first = uint8_t(cell.data[0]);
  const bool may_be = is_digit(char(first)) || first == '-' || first == '+' || first == '(' ||
                      first == '$' || first == 0xC2 || first == 0xE2;  // of other signs
  return may_be ? written_number(cell.text(), decimal) : WrittenNumber{};
}

class CsvScanner {
 public:
  // line: of the first byte, counted from 1.
  CsvScanner(std::string_view text, char separator, char decimal, int64_t line = 1)
      : at_(text.data()), end_(at_ + text.size()), separator_(separator),
        decimal_(decimal == separator ? '.' : decimal), quoted_decimal_(decimal), line_(line) {
    for (const char c : {separator, '\n', '\r', '\0'})
      stops_[uint8_t(c)] = true;
    begins_number_[uint8_t('-')] = begins_number_[uint8_t('+')] = true;
    begins_number_[uint8_t(decimal_)] = true;
    for (char c = '0'; c <= '9'; ++c)
      begins_number_[uint8_t(c)] = true;
    begins_number_[uint8_t(separator)] = false;
  }

  bool at_end() const { return at_ == end_; }
  const char* at() const { return at_; }
  int64_t line() const { return line_; }

  // The cells of the next line, each given to see(cell); their number, 0 for a blank line. Throws a
  // CsvTrouble.
  template <class See>
  int64_t row(See&& see) {
    int64_t count = 0;
    while (true) {
      ScannedCell cell;
      scan(cell, count);
      const bool more = at_ != end_ && *at_ == separator_;
      if (count == 0 && !more && cell.size == 0 && !cell.quoted) {
        pass_line_end();
        return 0;
      }
      ++count;
      see(cell);
      if (!more)
        break;
      ++at_;
    }
    pass_line_end();
    return count;
  }

 private:
  bool is_blank(char c) const { return c == ' ' || (c == '\t' && separator_ != '\t'); }
  bool at_cell_end() const {
    return at_ == end_ || *at_ == separator_ || *at_ == '\n' || *at_ == '\r';
  }

  void pass_blanks() {
    if (separator_ != ' ')
      while (at_ != end_ && is_blank(*at_))
        ++at_;
  }

  void scan(ScannedCell& cell, int64_t index) {
    if (at_ != end_ && is_blank(*at_))
      pass_blanks();
    if (at_ != end_ && *at_ == '"')
      return quoted(cell, index);
    const char* begin = at_;
    if (at_ != end_ && begins_number_[uint8_t(*at_)]) {
      cell.number = read_number(at_, end_, decimal_);
      at_ = cell.number.end;
      cell.data = begin;
      cell.size = size_t(at_ - begin);
      if (at_cell_end())
        return;
    }
    const char *at = at_, *end = end_;
    while (at != end && !stops_[uint8_t(*at)])
      ++at;
    at_ = at;
    if (!at_cell_end())
      throw CsvTrouble{line_, index + 1, "holds a zero byte; should be text"};
    const char* last = at;
    if (separator_ != ' ')
      while (last != begin && is_blank(last[-1]))
        --last;
    if (last != cell.number.end)
      cell.number = {};
    cell.data = begin;
    cell.size = size_t(last - begin);
  }

  // Where a quote is missing, the rest of the file looks like one cell. So it is searched only as
  // far as a cell may be long.
  void quoted(ScannedCell& cell, int64_t index) {
    const int64_t first_line = line_;
    const char* begin = ++at_;
    const char* far = begin + std::min(size_t(end_ - begin), most_cell_bytes + 1);
    cell.quoted = true;
    while (true) {
      if (at_ >= far) {
        throw CsvTrouble{first_line, index + 1,
                         at_ == end_ ? "a quote does not end"
                                     : fmt::format("a quote does not end within {} bytes, which "
                                                   "is as long as a cell may be",
                                                   most_cell_bytes)};
      }
      if (*at_ == '"') {
        if (at_ + 1 == end_ || at_[1] != '"')
          break;
        cell.doubled = true;
        ++at_;
      }
      line_ += ends_csv_line(at_, end_);
      ++at_;
    }
    cell.data = begin;
    cell.size = size_t(at_ - begin);
    ++at_;
    pass_blanks();
    if (!at_cell_end()) {
      const int64_t further = line_ - first_line;
      const std::string ends =
          further == 0 ? "" : fmt::format("its quote ends {} lines further down, with ", further);
      throw CsvTrouble{
          first_line, index + 1,
          fmt::format("{}text behind a quoted cell, should be {}", ends,
                      separator_ == ',' ? "a comma" : fmt::format("'{}'", separator_))};
    }
    cell.number = read_number(begin, begin + cell.size, quoted_decimal_);
    if (cell.number.end != begin + cell.size)
      cell.number = {};
  }

  void pass_line_end() {
    if (at_ == end_)
      return;
    while (!ends_csv_line(at_, end_))
      ++at_;  // the CR of CR LF
    ++at_, ++line_;
  }

  const char *at_, *end_;
  char separator_;
  char decimal_, quoted_decimal_;  // they differ where commas separate: only quoted cells hold one
  int64_t line_;
  std::array<bool, 256> stops_{}, begins_number_{};
};

}  // namespace hebb
