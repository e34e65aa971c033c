#include "hebb/formats/csv_dialect.h"

#include <algorithm>
#include <array>
#include <map>

#include "hebb/base/check.h"
#include "hebb/formats/csv_scanner.h"

namespace hebb {
namespace {

constexpr std::array<char, 4> separators = {',', ';', '\t', '|'};
constexpr size_t sample_bytes = size_t(1) << 18;
constexpr size_t sample_rows = 2000;
constexpr int64_t most_skipped = 20;
constexpr std::string_view excel_hint = "sep=";

struct SampleCell {
  std::string_view text;
  bool quoted = false;
};
using SampleRow = std::vector<SampleCell>;

struct Sample {
  std::vector<SampleRow> rows;
  std::vector<int64_t> lines;
};

// The rows of the beginning, as far as they can be read with this separator; the last one only if
// it is all there.
Sample sample_of(std::string_view text, char separator) {
  const std::string_view some = text.substr(0, sample_bytes);
  Sample out;
  CsvScanner scan(some, separator, '.');
  try {
    while (!scan.at_end() && out.rows.size() < sample_rows) {
      SampleRow row;
      const int64_t line = scan.line();
      scan.row([&](const ScannedCell& cell) { row.push_back({cell.text(), cell.quoted}); });
      if (row.empty() || (scan.at_end() && some.size() < text.size() && !out.rows.empty()))
        continue;
      out.rows.push_back(std::move(row));
      out.lines.push_back(line);
    }
  } catch (const CsvTrouble&) {  // said by who reads all of it
  }
  return out;
}

// How many cells most rows have; of several numbers the one that comes first.
size_t usual_cells(const std::vector<SampleRow>& rows) {
  std::map<size_t, int64_t> times;
  for (const SampleRow& row : rows)
    ++times[row.size()];
  size_t best = 0;
  for (const SampleRow& row : rows)
    if (best == 0 || times[row.size()] > times[best])
      best = row.size();
  return best;
}

// How much a cell looks like one cell: 1, or less where it holds what may separate cells.
double goodness(const SampleCell& cell, char separator) {
  double value = 0;
  if (cell.quoted || cell.text.empty() || number_in_text(cell.text, '.', value) ||
      (separator != ',' && number_in_text(cell.text, ',', value)))
    return 1;
  for (const char other : separators)
    if (other != separator && cell.text.find(other) != cell.text.npos)
      return other == ',' ? 0.5 : 0;  // commas stand in texts, too
  return 1;
}

// 0: this does not separate.
double score(const Sample& sample, char separator) {
  const size_t usual = usual_cells(sample.rows);
  if (usual < 2)
    return 0;
  double agreeing = 0, good = 0, cells = 0;
  for (const SampleRow& row : sample.rows) {
    agreeing += row.size() == usual;
    for (const SampleCell& cell : row)
      good += goodness(cell, separator), ++cells;
  }
  return agreeing / double(sample.rows.size()) * (good / cells);
}

char told_separator(std::string_view text, std::string_view file_name) {
  if (file_name.ends_with(".tsv") || file_name.ends_with(".tab"))
    return '\t';
  char best = ',';
  double best_score = 0;
  size_t best_cells = 0;
  for (const char separator : separators) {
    const Sample sample = sample_of(text, separator);
    const double s = score(sample, separator);
    const size_t cells = usual_cells(sample.rows);
    if (s > best_score + 1e-9 || (s > best_score - 1e-9 && s > 0 && cells > best_cells))
      best = separator, best_score = s, best_cells = cells;
  }
  return best;
}

// Cells that are numbers with one mark only: as many as there are for each.
char told_decimal(const Sample& sample, char separator) {
  if (separator == ',')
    return '.';
  int64_t commas = 0, points = 0;
  for (const SampleRow& row : sample.rows)
    for (const SampleCell& cell : row) {
      double value = 0;
      const bool point = number_in_text(cell.text, '.', value),
                 comma = number_in_text(cell.text, ',', value);
      commas += comma && !point;
      points += point && !comma;
    }
  return commas > points ? ',' : '.';
}

char wished_separator(const std::string& word) {
  for (const auto& [name, separator] :
       {std::pair("tab", '\t'), std::pair("\\t", '\t'), std::pair("blank", ' '),
        std::pair("comma", ','), std::pair("semicolon", ';')})
    if (word == name)
      return separator;
  return word[0];
}

// A title above the table: lines of one cell before rows of several.
int64_t lines_before(const Sample& sample) {
  const size_t usual = usual_cells(sample.rows);
  size_t row = 0;
  while (usual > 1 && row < sample.rows.size() && sample.rows[row].size() == 1)
    ++row;
  if (row == 0 || row == sample.rows.size() || int64_t(row) > most_skipped ||
      sample.rows[row].size() != usual)
    return 0;
  return sample.lines[row] - 1;
}

}  // namespace

std::string_view name_of_separator(char separator) {
  switch (separator) {
    case ',':
      return "commas";
    case ';':
      return "semicolons";
    case '\t':
      return "tabs";
    case '|':
      return "bars";
    case ' ':
      return "blanks";
    default:
      return "a character of its own";
  }
}

std::string describe(const CsvDialect& d) {
  return fmt::format(
      "separated by {}, decimal {}, {}, {}{}", name_of_separator(d.separator),
      d.decimal == ',' ? "commas" : "points", words_of(d.encoding)[size_t(d.encoding)],
      d.header ? "names in the first line" : "no line of names",
      d.skipped == 0
          ? std::string()
          : fmt::format(", {} line{} before the table", d.skipped, d.skipped == 1 ? "" : "s"));
}

void check_csv_wishes(const CsvWishes& wishes) {
  const std::string& separator = wishes.separator;
  const bool word = separator.size() > 1 && wished_separator(separator) != separator[0];
  check_in(separator.size() <= 1 || word, ErrorKind::usage, "separator",
           "is \"{}\", should be one character, \"tab\" or \"blank\"", separator);
  const char one = separator.empty() ? ',' : wished_separator(separator);
  check_in(one != '"' && one != '\n' && one != '\r' && one != '.' && !is_digit(one) && one != '-' &&
               uint8_t(one) < 0x80,
           ErrorKind::usage, "separator",
           "is \"{}\", which stands in cells, too; it should be \",\", \";\", \"tab\", \"|\" or "
           "another sign",
           separator);
  check_in(wishes.decimal.empty() || wishes.decimal == "." || wishes.decimal == ",",
           ErrorKind::usage, "decimal", "is \"{}\", should be \".\" or \",\"", wishes.decimal);
  check_in(wishes.decimal != "," || one != ',' || separator.empty(), ErrorKind::usage, "decimal",
           "is a comma, as is the separator; one of them should be something else");
  if (!wishes.encoding.empty())
    encoding_named(wishes.encoding, {});
}

CsvDialect tell_csv_dialect(std::string_view text, const CsvWishes& wishes,
                            std::string_view file_name) {
  CsvDialect out;
  const bool hinted = text.starts_with(excel_hint) && text.size() > excel_hint.size() &&
                      text.find_first_of("\r\n") == excel_hint.size() + 1;
  if (!wishes.separator.empty())
    out.separator = wished_separator(wishes.separator);
  else if (hinted)
    out.separator = text[excel_hint.size()];
  else
    out.separator = told_separator(text, file_name);
  Sample sample = sample_of(text, out.separator);
  if (hinted) {
    out.skipped = 1;
    sample.rows.erase(sample.rows.begin());
    sample.lines.erase(sample.lines.begin());
  } else {
    out.skipped = lines_before(sample);
  }
  out.decimal = wishes.decimal.empty() ? told_decimal(sample, out.separator) : wishes.decimal[0];
  size_t first = 0;
  while (first < sample.rows.size() && sample.lines[first] <= out.skipped)
    ++first;
  std::vector<std::string_view> cells;
  if (first < sample.rows.size())
    for (const SampleCell& cell : sample.rows[first])
      cells.push_back(cell.text);
  out.header = wishes.header.value_or(looks_like_csv_header(cells));
  return out;
}

// Words only; pandas leaves the name of its index empty.
bool looks_like_csv_header(const std::vector<std::string_view>& cells) {
  double number = 0;
  return std::none_of(cells.begin(), cells.end(),
                      [&](std::string_view cell) {
                        return number_in_text(cell, '.', number) ||
                               number_in_text(cell, ',', number);
                      }) &&
         std::any_of(cells.begin(), cells.end(),
                     [](std::string_view cell) { return !cell.empty(); });
}

namespace {

// "1,234,567.8": the digits without their marks, where the groups are of three; empty where they
// are not.
std::string ungrouped(std::string_view cell, char decimal) {
  const char mark = decimal == '.' ? ',' : '.';
  std::string out;
  size_t at = 0, in_group = 0, groups = 0;
  if (at < cell.size() && (cell[at] == '-' || cell[at] == '+'))
    out += cell[at++] == '-' ? "-" : "";
  for (; at < cell.size() && cell[at] != decimal; ++at) {
    if (cell[at] == mark) {
      if (groups == 0 ? in_group < 1 || in_group > 3 : in_group != 3)
        return {};
      ++groups;
      in_group = 0;
    } else if (is_digit(cell[at])) {
      ++in_group;
      out += cell[at];
    } else {
      return {};
    }
  }
  if (groups == 0 || in_group != 3)
    return {};
  for (; at < cell.size(); ++at) {
    if (cell[at] != decimal && !is_digit(cell[at]))
      return {};
    out += cell[at];
  }
  return out;
}

}  // namespace

bool number_in_text(std::string_view cell, char decimal, double& value) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t'))
    cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t'))
    cell.remove_suffix(1);
  const auto plain = [&](std::string_view text) {
    const NumberRead number = read_number(text.data(), text.data() + text.size(), decimal);
    value = number.value;
    return number.form != NumberForm::none && number.end == text.data() + text.size();
  };
  if (cell.empty() || plain(cell))
    return !cell.empty();
  constexpr size_t longest = 64;
  const bool digits = is_digit(cell[0]) || cell[0] == '-' || cell[0] == '+';
  const std::string without = digits && cell.size() <= longest ? ungrouped(cell, decimal) : "";
  return !without.empty() && plain(without);
}

}  // namespace hebb
