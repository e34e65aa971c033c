#include "hebb/formats/csv_rows.h"

#include "hebb/base/check.h"
#include "hebb/formats/csv_scanner.h"

namespace hebb {
namespace {

constexpr size_t buffer_bytes = 1 << 16;
constexpr size_t most_row_bytes = 1 << 24;

}  // namespace

CsvRows::CsvRows(Read read, std::string where)
    : read_(std::move(read)), where_(std::move(where)), buffer_(buffer_bytes) {
  pass_byte_order_mark();
  check_in(next(), ErrorKind::data, where_, "holds no rows");
  header_ = looks_like_csv_header(cells_);
  columns_ = csv_columns(cells_, header_, where_, line_);
  first_is_row_ = !header_;
}

void CsvRows::pass_byte_order_mark() {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  while (end_ < mark.size()) {
    const size_t more = read_(buffer_.data() + end_, buffer_.size() - end_);
    if (more == 0)
      break;
    end_ += more;
  }
  if (std::string_view(buffer_.data(), end_).starts_with(mark))
    at_ = mark.size();
}

bool CsvRows::next() {
  if (first_is_row_) {
    first_is_row_ = false;
    return true;
  }
  do {
    if (!take_text())
      return false;
    scan();
  } while (cells_.empty());
  return true;
}

void CsvRows::scan() {
  cells_.clear();
  check_csv_utf8({text_.data(), text_.size()}, where_, line_);
  CsvScanner(text_, where_, line_).row(cells_);
}

int CsvRows::peek() {
  if (at_ == end_) {
    at_ = 0;
    end_ = read_(buffer_.data(), buffer_.size());
  }
  return at_ == end_ ? -1 : uint8_t(buffer_[at_]);
}

int CsvRows::get() {
  const int byte = peek();
  at_ += byte >= 0;
  return byte;
}

// The bytes of a row up to its line's end: a line's end inside of quotes is none. A quote opens a
// cell only at its beginning, as the scanner has it.
bool CsvRows::take_text() {
  text_.clear();
  line_ = next_line_;
  bool cell_begins = true, quoted = false;
  for (int byte = get(); byte >= 0; byte = get()) {
    check_in(text_.size() < most_row_bytes, ErrorKind::data, where_,
             "line {}: the row is longer than {} bytes; does a quote not end?", line_,
             most_row_bytes);
    text_.push_back(char(byte));
    const bool ends = byte == '\n' || (byte == '\r' && peek() != '\n');
    next_line_ += ends;
    if (quoted) {
      if (byte == '"' && peek() == '"')
        text_.push_back(char(get()));
      else
        quoted = byte != '"';
      continue;
    }
    if (ends)
      return true;
    quoted = byte == '"' && cell_begins;
    cell_begins = byte == ',' || (cell_begins && is_csv_blank(char(byte)));
  }
  return !text_.empty();
}

}  // namespace hebb
