#include "hebb/formats/csv.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "hebb/base/check.h"
#include "hebb/base/file.h"

namespace hebb {
namespace {

constexpr uint64_t most_bytes = uint64_t(1) << 28;  // its cells may take sixteen times as much

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view cell) {
  while (!cell.empty() && is_blank(cell.front())) cell.remove_prefix(1);
  while (!cell.empty() && is_blank(cell.back())) cell.remove_suffix(1);
  return cell;
}

// Reads cells one after the other; quotes are taken away in place, so that a cell stays a piece of the text.
class Scanner {
 public:
  Scanner(std::vector<char>& text, std::string_view where) : at_(text.data()), end_(at_ + text.size()), where_(where) {
    if (text.size() >= 3 && std::string_view(at_, 3) == "\xEF\xBB\xBF") at_ += 3;  // a byte order mark
  }

  bool at_end() const { return at_ == end_; }
  int64_t line() const { return line_; }

  // The cells of the next line; none when it is blank.
  void row(std::vector<std::string_view>& cells) {
    cells.clear();
    bool quoted = false;
    while (true) {
      cells.push_back(cell(quoted));
      if (at_ == end_ || *at_ != ',') break;
      ++at_;
    }
    if (at_ != end_ && *at_ == '\r') ++at_;
    if (at_ != end_) ++at_, ++line_;  // the line feed
    if (cells.size() == 1 && cells[0].empty() && !quoted) cells.clear();
  }

 private:
  std::string_view cell(bool& quoted) {
    while (at_ != end_ && is_blank(*at_)) ++at_;
    quoted = at_ != end_ && *at_ == '"';
    if (quoted) return quoted_cell();
    const char* begin = at_;
    while (at_ != end_ && *at_ != ',' && !at_line_end()) {
      check_in(*at_ != '\0', ErrorKind::data, where_, "line {} holds a zero byte; should be text", line_);
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
        if (at_ == end_ || *at_ != '"') break;  // two quotes stand for one
      }
      line_ += *at_ == '\n';
      *to++ = *at_++;
    }
    while (at_ != end_ && is_blank(*at_)) ++at_;
    check_in(at_ == end_ || *at_ == ',' || at_line_end(), ErrorKind::data, where_, "line {}: text behind a quoted cell, should be a comma",
             line_);
    return {begin, size_t(to - begin)};
  }

  bool at_line_end() const { return *at_ == '\n' || (*at_ == '\r' && (at_ + 1 == end_ || at_[1] == '\n')); }

  char *at_, *end_;
  std::string_view where_;
  int64_t line_ = 1;
};

bool looks_like_header(const std::vector<std::string_view>& cells) {
  double number = 0;
  std::set<std::string_view> seen;
  return std::all_of(cells.begin(), cells.end(),
                     [&](std::string_view cell) { return !cell.empty() && !parse_number(cell, number) && seen.insert(cell).second; });
}

}  // namespace

bool parse_number(std::string_view cell, double& value) {
  cell = trim(cell);
  if (cell.starts_with('+') && !cell.starts_with("+-")) cell.remove_prefix(1);
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size() && !cell.empty();
}

CsvTable read_csv(const std::filesystem::path& path) { return decode_csv(read_file(path, most_bytes), path.string()); }

CsvTable decode_csv(std::string_view bytes, std::string_view where) {
  CsvTable table;
  table.text.assign(bytes.begin(), bytes.end());
  Scanner scan(table.text, where);
  std::vector<std::string_view> row;
  int64_t first_line = 0;
  while (!scan.at_end()) {
    const int64_t line = scan.line();
    scan.row(row);
    if (row.empty()) continue;
    if (first_line == 0) {
      first_line = line;
      table.header = looks_like_header(row);
      for (size_t c = 0; c < row.size(); ++c) table.columns.push_back(table.header ? std::string(row[c]) : std::to_string(c + 1));
      const char separator = row[0].find(';') != row[0].npos ? ';' : '\t';
      check_in(row.size() > 1 || row[0].find(separator) == row[0].npos, ErrorKind::data, where,
               "its columns are separated by {}, should be by commas", separator == ';' ? "semicolons" : "tabs");
      if (table.header) continue;
    }
    check_in(row.size() == table.columns.size(), ErrorKind::data, where, "line {} has {} cells, should have {} as line {}", line,
             row.size(), table.columns.size(), first_line);
    table.cells.insert(table.cells.end(), row.begin(), row.end());
    table.lines.push_back(line);
  }
  check_in(table.rows() > 0, ErrorKind::data, where, "holds no rows");
  return table;
}

}  // namespace hebb
