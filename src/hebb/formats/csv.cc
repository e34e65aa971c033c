#include "hebb/formats/csv.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/utf8.h"
#include "hebb/formats/csv_scanner.h"

namespace hebb {
namespace {

constexpr uint64_t most_bytes = uint64_t(1) << 28;  // its cells may take sixteen times as much

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

}  // namespace

// Words only; pandas leaves the name of its index empty.
bool looks_like_csv_header(const std::vector<std::string_view>& cells) {
  double number = 0;
  return std::none_of(cells.begin(), cells.end(),
                      [&](std::string_view cell) { return parse_number(cell, number); }) &&
         std::any_of(cells.begin(), cells.end(),
                     [](std::string_view cell) { return !cell.empty(); });
}

std::vector<std::string> csv_columns(const std::vector<std::string_view>& first, bool header,
                                     std::string_view where, int64_t line) {
  const char separator = first[0].find(';') != first[0].npos ? ';' : '\t';
  std::vector<std::string> out =
      names_of(header ? first : std::vector<std::string_view>(first.size()), where, line);
  check_in(first.size() > 1 || first[0].find(separator) == first[0].npos, ErrorKind::data, where,
           "its columns are separated by {}, should be by commas",
           separator == ';' ? "semicolons" : "tabs");
  check_in(header || !has_decimal_commas(first), ErrorKind::data, where,
           "line {} seems to hold numbers with decimal commas, separated by semicolons; write "
           "1.5,2.3 for 1,5;2,3",
           line);
  return out;
}

void check_csv_utf8(std::string_view bytes, std::string_view where, int64_t line) {
  const size_t good = valid_utf8(bytes);
  if (good == bytes.size())
    return;
  for (const char* at = bytes.data(); at != bytes.data() + good; ++at)
    line += ends_csv_line(at, bytes.data() + bytes.size());
  fail(ErrorKind::data, where,
       "line {} holds the byte {:02x}, which is no UTF-8; save the file as UTF-8", line,
       uint8_t(bytes[good]));
}

bool parse_number(std::string_view cell, double& value) {
  cell = trim_cell(cell);
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
  check_csv_utf8(bytes, where);
  CsvTable table;
  table.text.assign(bytes.begin(), bytes.end());
  CsvScanner scan(table.text, where);
  std::vector<std::string_view> row;
  int64_t first_line = 0;
  while (!scan.at_end()) {
    const int64_t line = scan.line();
    scan.row(row);
    if (row.empty())
      continue;
    if (first_line == 0) {
      first_line = line;
      table.header = looks_like_csv_header(row);
      table.columns = csv_columns(row, table.header, where, line);
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
