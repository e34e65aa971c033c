#include "hebb/formats/csv.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/utf8.h"

namespace hebb {
namespace {

constexpr uint64_t most_bytes = uint64_t(1) << 28;  // its cells may take sixteen times as much

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view trim(std::string_view cell) {
  while (!cell.empty() && is_blank(cell.front()))
    cell.remove_prefix(1);
  while (!cell.empty() && is_blank(cell.back()))
    cell.remove_suffix(1);
  return cell;
}

// Lines end in LF, CR LF or CR, also in one file; whether one ends with this character.
bool ends_line(const char* at, const char* end) {
  return *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
}

// Reads cells one after the other; quotes are taken away in place, so that a cell stays a piece of
// the text.
class Scanner {
 public:
  Scanner(std::vector<char>& text, std::string_view where)
      : at_(text.data()), end_(at_ + text.size()), where_(where) {
    if (text.size() >= 3 && std::string_view(at_, 3) == "\xEF\xBB\xBF")
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
    while (at_ != end_ && is_blank(*at_))
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
    return trim({begin, size_t(at_ - begin)});
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
      line_ += ends_line(at_, end_);
      *to++ = *at_++;
    }
    while (at_ != end_ && is_blank(*at_))
      ++at_;
    check_in(at_ == end_ || *at_ == ',' || at_line_end(), ErrorKind::data, where_,
             "line {}: text behind a quoted cell, should be a comma", line_);
    return {begin, size_t(to - begin)};
  }

  bool at_line_end() const { return *at_ == '\n' || *at_ == '\r'; }
  void pass_line_end() {
    while (!ends_line(at_, end_))
      ++at_;  // the CR of CR LF
    ++at_, ++line_;
  }

  char *at_, *end_;
  std::string_view where_;
  int64_t line_ = 1;
};

// Words only; pandas leaves the name of its index empty.
bool looks_like_header(const std::vector<std::string_view>& cells) {
  double number = 0;
  return std::none_of(cells.begin(), cells.end(),
                      [&](std::string_view cell) { return parse_number(cell, number); }) &&
         std::any_of(cells.begin(), cells.end(),
                     [](std::string_view cell) { return !cell.empty(); });
}

std::vector<std::string> names_of(const std::vector<std::string_view>& header,
                                  std::string_view where, int64_t line) {
  std::map<std::string_view, size_t> seen;
  std::vector<std::string> names;
  for (size_t c = 0; c < header.size(); ++c) {
    names.push_back(header[c].empty() ? std::to_string(c + 1) : std::string(header[c]));
    if (header[c].empty())
      continue;
    const auto [at, first] = seen.emplace(header[c], c);
    check_in(first, ErrorKind::data, where,
             "line {} names columns {} and {} '{}'; names should differ", line, at->second + 1,
             c + 1, header[c].substr(0, 40));
  }
  return names;
}

// "1,5;2,3": commas inside of numbers, semicolons between them. Such a row has at most one comma
// more than semicolons.
bool has_decimal_commas(const std::vector<std::string_view>& row) {
  size_t semicolons = 0;
  for (std::string_view cell : row)
    semicolons += size_t(std::count(cell.begin(), cell.end(), ';'));
  return row.size() > 1 && semicolons > 0 && row.size() - 1 <= semicolons + 1;
}

void check_utf8(std::string_view bytes, std::string_view where) {
  const size_t good = valid_utf8(bytes);
  if (good == bytes.size())
    return;
  int64_t line = 1;
  for (const char* at = bytes.data(); at != bytes.data() + good; ++at)
    line += ends_line(at, bytes.data() + bytes.size());
  fail(ErrorKind::data, where,
       "line {} holds the byte {:02x}, which is no UTF-8; save the file as UTF-8", line,
       uint8_t(bytes[good]));
}

}  // namespace

bool parse_number(std::string_view cell, double& value) {
  cell = trim(cell);
  if (cell.starts_with('+') && !cell.starts_with("+-"))
    cell.remove_prefix(1);
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error == std::errc::result_out_of_range)  // 1e400 is infinite, 1e-400 is 0
    value = std::strtod(std::string(cell).c_str(), nullptr);
  return (error == std::errc() || error == std::errc::result_out_of_range) &&
         end == cell.data() + cell.size() && !cell.empty();
}

CsvTable read_csv(const std::filesystem::path& path) {
  return decode_csv(read_file(path, most_bytes), path.string());
}

CsvTable decode_csv(std::string_view bytes, std::string_view where) {
  check_utf8(bytes, where);
  CsvTable table;
  table.text.assign(bytes.begin(), bytes.end());
  Scanner scan(table.text, where);
  std::vector<std::string_view> row;
  int64_t first_line = 0;
  while (!scan.at_end()) {
    const int64_t line = scan.line();
    scan.row(row);
    if (row.empty())
      continue;
    if (first_line == 0) {
      first_line = line;
      table.header = looks_like_header(row);
      table.columns =
          names_of(table.header ? row : std::vector<std::string_view>(row.size()), where, line);
      const char separator = row[0].find(';') != row[0].npos ? ';' : '\t';
      check_in(row.size() > 1 || row[0].find(separator) == row[0].npos, ErrorKind::data, where,
               "its columns are separated by {}, should be by commas",
               separator == ';' ? "semicolons" : "tabs");
      check_in(table.header || !has_decimal_commas(row), ErrorKind::data, where,
               "line {} seems to hold numbers with decimal commas, separated by semicolons; write "
               "1.5,2.3 for 1,5;2,3",
               line);
      if (table.header)
        continue;
    }
    check_in(row.size() == table.columns.size(), ErrorKind::data, where,
             "line {} has {} cells, should have {} as line {}", line, row.size(),
             table.columns.size(), first_line);
    table.cells.insert(table.cells.end(), row.begin(), row.end());
    table.lines.push_back(line);
  }
  check_in(table.rows() > 0, ErrorKind::data, where, "holds no rows");
  return table;
}

}  // namespace hebb
