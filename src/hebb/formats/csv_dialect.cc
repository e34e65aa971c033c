#include "hebb/formats/csv_dialect.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

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
  if (cell.quoted)
    return 1;
  double value = 0;
  for (const char other : separators)
    if (other != separator && cell.text.find(other) != cell.text.npos) {
      const bool number = number_in_text(cell.text, '.', value) ||
                          (separator != ',' && number_in_text(cell.text, ',', value));
      return number ? 1 : other == ',' ? 0.5 : 0;  // commas stand in texts, too
    }
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

struct Told {
  char separator = ',';
  Sample sample;  // as it separates
};

Told told_separator(std::string_view text, std::string_view file_name) {
  if (file_name.ends_with(".tsv") || file_name.ends_with(".tab"))
    return {'\t', sample_of(text, '\t')};
  Told best;
  double best_score = 0;
  size_t best_cells = 0;
  for (const char separator : separators) {
    if (text.substr(0, sample_bytes).find(separator) == text.npos)
      continue;  // every row would be one cell
    Sample sample = sample_of(text, separator);
    const double s = score(sample, separator);
    const size_t cells = usual_cells(sample.rows);
    if (s > best_score + 1e-9 || (s > best_score - 1e-9 && s > 0 && cells > best_cells)) {
      best = {separator, std::move(sample)};
      best_score = s;
      best_cells = cells;
    }
  }
  return best_cells > 0 ? best : Told{',', sample_of(text, ',')};
}

// Cells that are numbers with one mark only: as many as there are for each. Where commas separate,
// a decimal comma can stand in quotes only.
char told_decimal(const Sample& sample, char separator) {
  int64_t commas = 0, points = 0;
  for (const SampleRow& row : sample.rows)
    for (const SampleCell& cell : row) {
      if (cell.text.find('.') == cell.text.npos && cell.text.find(',') == cell.text.npos)
        continue;  // it is the same with either
      double value = 0;
      const bool point = number_in_text(cell.text, '.', value),
                 comma = number_in_text(cell.text, ',', value);
      commas += comma && !point && (separator != ',' || cell.quoted);
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

// Whether at most the first cell holds something: a title, or the line below it, as spreadsheets
// export them.
bool is_title(const SampleRow& row) {
  return std::all_of(row.begin() + 1, row.end(),
                     [](const SampleCell& cell) { return cell.text.empty(); });
}

// What stands above the table: lines of one cell before rows of several, comments, titles.
int64_t lines_before(const Sample& sample) {
  const size_t usual = usual_cells(sample.rows);
  const auto is_above = [&](const SampleRow& row) {
    return row.size() == 1 || (row.size() != usual && row[0].text.starts_with('#')) ||
           (usual > 2 && is_title(row));
  };
  size_t row = 0;
  while (usual > 1 && row < sample.rows.size() && is_above(sample.rows[row]))
    ++row;
  if (row == 0 || row == sample.rows.size() || int64_t(row) > most_skipped)
    return 0;
  const size_t first = sample.rows[row].size();  // a header may lack the end of its rows
  return first == usual || first + 1 == usual ? sample.lines[row] - 1 : 0;
}

bool is_number(std::string_view cell) {
  double value = 0;
  return number_in_text(cell, '.', value) || number_in_text(cell, ',', value);
}

// What the rows below say of a cell in the first one.
struct Below {
  bool all_numbers = false;  // and there are several
  bool again = false;        // the cell's text stands there again
};
Below below(const std::vector<SampleRow>& rows, size_t first, size_t column) {
  Below out;
  int64_t numbers = 0, others = 0;
  for (size_t r = first + 1; r < rows.size(); ++r) {
    if (column >= rows[r].size() || rows[r][column].text.empty())
      continue;
    const std::string_view text = rows[r][column].text;
    out.again = out.again || text == rows[first][column].text;
    is_number(text) ? ++numbers : ++others;
  }
  out.all_numbers = numbers > 1 && others * 10 <= numbers;  // some may be words for what is missing
  return out;
}

// Whole numbers, no two alike: "2019", "2020".
bool numbers_may_be_names(const SampleRow& row) {
  std::set<std::string_view> seen;
  for (const SampleCell& cell : row) {
    if (!is_number(cell.text))
      continue;
    if (cell.text.find_first_not_of("0123456789") != cell.text.npos ||
        !seen.insert(cell.text).second)
      return false;
  }
  return true;
}

// Whether the first row holds names. Names are words; where the first row holds numbers, too, such
// as years, it takes a word above a column of numbers to say so. Where no column says anything, a
// row whose words come again below is one of them. (pandas leaves the name of its index empty.)
bool told_header(const std::vector<SampleRow>& rows, size_t first) {
  if (first >= rows.size())
    return false;
  int64_t words = 0, numbers = 0, above_numbers = 0, again = 0;
  for (size_t c = 0; c < rows[first].size(); ++c) {
    const std::string_view text = rows[first][c].text;
    if (text.empty())
      continue;
    if (is_number(text)) {
      ++numbers;
      continue;
    }
    const Below under = below(rows, first, c);
    ++words;
    again += under.again;
    above_numbers += under.all_numbers && !under.again;
  }
  if (numbers > 0)
    return above_numbers > 0 && numbers_may_be_names(rows[first]);
  return words > 0 && (above_numbers > 0 || 2 * again < words);
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
  if (d.json)
    return fmt::format("an object of JSON a line, {}", words_of(d.encoding)[size_t(d.encoding)]);
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
  const auto given = [&](char separator) { return Told{separator, sample_of(text, separator)}; };
  auto [separator, sample] = !wishes.separator.empty() ? given(wished_separator(wishes.separator))
                             : hinted                  ? given(text[excel_hint.size()])
                                                       : told_separator(text, file_name);
  out.separator = separator;
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
  out.header = wishes.header.value_or(told_header(sample.rows, first));
  return out;
}

bool number_in_text(std::string_view cell, char decimal, double& value) {
  const WrittenNumber number = written_number(cell, decimal);
  value = number.value;
  return number.form != NumberForm::none;
}

}  // namespace hebb
