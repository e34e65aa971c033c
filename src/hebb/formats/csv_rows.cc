#include "hebb/formats/csv_rows.h"

#include <utility>

#include "hebb/base/check.h"
#include "hebb/base/utf8.h"
#include "hebb/formats/csv.h"
#include "hebb/formats/csv_header.h"
#include "hebb/formats/csv_scanner.h"

namespace hebb {
namespace {

constexpr size_t buffer_bytes = 1 << 16, first_bytes = 1 << 18;
constexpr size_t most_streamed_row = 1 << 26;

bool is_no_cell(const RowCell& cell) {
  return cell.text.empty() && !cell.quoted;
}

}  // namespace

CsvRows::CsvRows(Read read, std::string where, const CsvWishes& wishes)
    : read_(std::move(read)), where_(std::move(where)),
      encoding_is_said_(!wishes.encoding.empty()) {
  check_csv_wishes(wishes);
  while (buffer_.size() < first_bytes && fill()) {}
  // A character may be cut at the end of what was read.
  const std::string_view all(buffer_);
  const size_t last_line = all.rfind('\n');
  const std::string_view beginning =
      all.size() < first_bytes || last_line == all.npos ? all : all.substr(0, last_line);
  const TextEncoding encoding =
      encoding_is_said_ ? encoding_named(wishes.encoding, beginning) : encoding_of(beginning);
  const bool wide = encoding == TextEncoding::utf16_le || encoding == TextEncoding::utf16_be;
  if (wide) {  // is read whole: its line ends are no bytes
    while (fill()) {}
    buffer_ = to_utf8(buffer_, encoding, where_);
    read_ = [](char*, size_t) { return size_t(0); };
  } else {
    at_ = byte_order_mark(buffer_, encoding);
  }
  const std::string sample =
      wide || encoding == TextEncoding::utf8 ? buffer_.substr(at_) : to_utf8(buffer_, encoding, "");
  dialect_ = tell_csv_dialect(sample, wishes, "");
  dialect_.encoding = encoding;
  while (next_line_ <= dialect_.skipped && take_text()) {}
  check_in(next(), ErrorKind::data, where_, "holds no rows");
  std::vector<std::string> names(cells_.size());
  for (size_t c = 0; c < cells_.size() && dialect_.header; ++c)
    names[c] = cells_[c].text;
  columns_ = name_columns(names).names;
  first_is_row_ = !dialect_.header;
}

bool CsvRows::next() {
  if (first_is_row_) {
    first_is_row_ = false;
    return true;
  }
  if (blanks_ > 0) {
    ++line_;
    if (--blanks_ == 0)
      cells_ = held_;
    return true;
  }
  int64_t blanks = 0;
  while (true) {
    if (!take_text())
      return false;
    scan();
    if (!cells_.empty())
      break;
    ++blanks;
  }
  if (blanks > 0 && columns_.size() == 1) {
    held_ = std::exchange(cells_, {RowCell()});
    line_ -= blanks;
    blanks_ = blanks;
  }
  return true;
}

// Windows-1252 where it was said or the row is no UTF-8: the beginning need not show it.
void CsvRows::decode_text() {
  if (dialect_.encoding == TextEncoding::windows_1252)
    text_ = to_utf8(text_, TextEncoding::windows_1252, where_);
  const size_t good = valid_utf8(text_);
  if (good == text_.size())
    return;
  check_in(!encoding_is_said_, ErrorKind::data, where_,
           "line {} holds the byte {:02x}, which is no UTF-8", line_, uint8_t(text_[good]));
  text_ = to_utf8(text_, TextEncoding::windows_1252, where_);
}

void CsvRows::scan() {
  cells_.clear();
  copies_.clear();
  decode_text();
  copies_.reserve(text_.size());  // cells point into it
  try {
    CsvScanner(text_, dialect_.separator, dialect_.decimal, line_)
        .row([&](const ScannedCell& cell) {
          const WrittenNumber number = number_of(cell, dialect_.decimal);
          RowCell out{.text = cell.text(),
                      .number = number.value,
                      .form = number.form,
                      .quoted = cell.quoted,
                      .padded = number.padded,
                      .marked = !number.sign.empty()};
          if (cell.doubled) {
            const size_t before = copies_.size();
            append_undoubled(cell.text(), copies_);
            out.text = std::string_view(copies_).substr(before);
          }
          cells_.push_back(out);
        });
  } catch (const CsvTrouble& trouble) {
    cells_.clear();
    fail(ErrorKind::data, where_, "{}", trouble.text());
  }
  if (!columns_.empty() && cells_.size() == columns_.size() + 1 && is_no_cell(cells_.back()))
    cells_.pop_back();  // a separator behind the last cell
}

bool CsvRows::fill() {
  if (at_ == buffer_.size()) {
    buffer_.clear();
    at_ = 0;
  }
  chunk_.resize(buffer_bytes);
  lost_ = true;  // where reading fails
  const size_t more = read_(chunk_.data(), chunk_.size());
  lost_ = false;
  buffer_.append(chunk_, 0, more);
  return more > 0;
}

int CsvRows::peek() {
  if (at_ == buffer_.size() && !fill())
    return -1;
  return uint8_t(buffer_[at_]);
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
    lost_ = text_.size() >= most_streamed_row;
    check_in(!lost_, ErrorKind::data, where_,
             "line {}: the row is longer than {} bytes; does a quote not end?", line_,
             most_streamed_row);
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
    const bool blank = byte == ' ' || (byte == '\t' && dialect_.separator != '\t');
    cell_begins = byte == dialect_.separator || (cell_begins && blank);
  }
  lost_ = quoted;
  return !text_.empty();
}

}  // namespace hebb
