#include "hebb/data/column_kind.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "hebb/base/check.h"
#include "hebb/base/lower_case.h"
#include "hebb/base/nearest.h"
#include "hebb/base/toml_text.h"
#include "hebb/data/cell.h"
#include "hebb/data/date_form.h"
#include "hebb/data/in_parallel.h"
#include "hebb/data/word_numbers.h"

namespace hebb::data {
namespace {

constexpr int64_t few = 20;  // words that are categories however few rows there are
constexpr size_t shown_words = 5;
constexpr double sentence_words = 3;  // on the average

// The beginning of a text, which ends with a whole character.
std::string beginning(std::string_view text) {
  constexpr size_t most = 40;
  size_t n = std::min(most, text.size());
  while (n > 0 && n < text.size() && (uint8_t(text[n]) & 0xC0) == 0x80)
    --n;
  return std::string(text.substr(0, n));
}

// How the cells of a column are written.
struct Forms {
  int64_t missing = 0, numbers = 0, integers = 0, reals = 0, padded = 0, words = 0;
  int64_t marked = 0;     // numbers with a sign of their unit
  std::string sign = {};  // of the first of those
  bool signs_differ = false;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  int64_t odd_line = 0;
  std::string odd;  // the first cell that is no number

  // Whether all numbers are of one unit, as far as their signs say.
  bool one_unit() const { return !signs_differ && (marked == 0 || marked == numbers); }
};

void note_sign(const RowCell& cell, Forms& forms) {
  const std::string_view sign = unit_sign(cell.text);
  if (forms.marked++ == 0)
    forms.sign = sign;
  forms.signs_differ = forms.signs_differ || forms.sign != sign;
}

// words: counts those that are no numbers, or null.
void note_cell(const CsvTable& table, int64_t row, const RowCell& cell, Forms& forms,
               WordCounter* words) {
  if (is_missing(cell)) {
    ++forms.missing;
  } else if (is_number(cell)) {
    ++forms.numbers;
    forms.padded += cell.padded;
    if (cell.marked)
      note_sign(cell, forms);
    forms.integers += cell.form == NumberForm::integer;
    forms.reals += cell.form == NumberForm::real;
    forms.least = std::min(forms.least, cell.number);
    forms.most = std::max(forms.most, cell.number);
  } else {
    if (forms.words++ == 0) {
      forms.odd = beginning(cell.text);
      forms.odd_line = table.line(row);
    }
    if (words)
      words->add(cell.text);
  }
}

// Numbers count as words, too. text_of: what a cell is taken for.
WordCounts words_in(const CsvTable& table, size_t column,
                    std::string_view (&text_of)(const RowCell&, std::string&)) {
  WordCounter counter;
  std::string scratch;
  each_cell(table, column, [&](int64_t, const RowCell& cell) {
    if (!is_missing(cell))
      counter.add(text_of(cell, scratch));
  });
  return std::move(counter).take();
}

// The index that pandas writes unless told not to: a first column without a name.
bool is_index(const CsvTable& table, size_t column) {
  return column == 0 && table.dialect.header && !table.first_has_name && table.columns.size() > 2;
}

// "id", "row_id", "PassengerId", "ID".
bool is_id_name(std::string_view name) {
  const auto ends = [&](std::string_view with) { return name.ends_with(with); };
  const std::string small = lower_case(name);
  return small == "id" || small == "index" || small == "rowid" || small == "uuid" ||
         small == "row" || ends("_id") || ends("_ID") || ends("Id") || ends(" ID") || ends("-id");
}

bool are_different(const CsvTable& table, size_t column) {
  std::vector<double> numbers;
  each_cell(table, column, [&](int64_t, const RowCell& cell) { numbers.push_back(cell.number); });
  std::sort(numbers.begin(), numbers.end());
  return std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end();
}

// Two words that say yes and no.
bool are_yes_and_no(const WordCounts& words) {
  if (words.size() != 2)
    return false;
  std::array<std::string, 2> two;
  size_t i = 0;
  for (const auto& [word, count] : words)
    two[i++] = lower_case(word);
  std::sort(two.begin(), two.end());
  for (const auto& pair : {std::array{"false", "true"}, std::array{"no", "yes"},
                           std::array{"n", "y"}, std::array{"f", "t"}})
    if (two[0] == pair[0] && two[1] == pair[1])
      return true;
  return false;
}

double words_each(const WordCounts& words) {
  double blanks = 0;
  for (const auto& [word, count] : words)
    blanks += double(std::count(word.begin(), word.end(), ' ')) + 1;
  return words.empty() ? 0 : blanks / double(words.size());
}

ToldForm date_form_of(const WordCounts& words) {
  std::vector<std::string_view> texts;
  texts.reserve(words.size());
  for (const auto& [word, count] : words)
    texts.push_back(word);
  return tell_date_form(texts);
}

void take_form(const ToldForm& told, ColumnInfo& out) {
  out.date_form = told.form;
  out.date_in_doubt = !told.others.empty();
  if (out.date_in_doubt)
    out.reason += fmt::format("; none tells the day from the {}, so the day comes first",
                              told.others[0].starts_with("%m") ? "month" : "year");
}

void add_frequent(const WordCounts& words, ColumnInfo& out) {
  out.frequent.assign(words.begin(), words.end());
  const size_t most = std::min(shown_words, out.frequent.size());
  std::partial_sort(out.frequent.begin(), out.frequent.begin() + ptrdiff_t(most),
                    out.frequent.end(), [](const auto& a, const auto& b) {
                      return a.second != b.second ? a.second > b.second : a.first < b.first;
                    });
  out.frequent.resize(most);
  for (auto& [word, count] : out.frequent)
    word = beginning(word);
  out.different = int64_t(words.size());
}

std::string counted(int64_t n, std::string_view thing) {
  return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}

std::string may_be_missing(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words)
    list += (list.empty() ? "" : ", ") + toml_quoted(word);
  return fmt::format("; if that stands for what is missing: data.missing = [{}]", list);
}

// The words of a column of which most cells are numbers, where they are few and begin with no
// digit: they may all mean that nothing is known.
std::vector<std::string> words_among_numbers(const CsvTable& table, const WordCounts& words) {
  constexpr size_t most = 3, most_letters = 20;
  std::vector<std::string> out;
  double value = 0;
  for (const auto& [word, count] : words)
    if (!number_in_text(word, table.dialect.decimal, value)) {
      if (out.size() == most || word.size() > most_letters || is_digit(word[0]))
        return {};
      out.push_back(word);
    }
  return out;
}

// How often the least number stands in a column, if it is one that older programs write for nothing
// (all of its digits are nines: -999), and no other one is below 0; else 0.
int64_t times_all_nines(const CsvTable& table, size_t column, double least) {
  if (least != -99 && least != -999 && least != -9999 && least != -99999)
    return 0;
  int64_t times = 0, others = 0;
  each_cell(table, column, [&](int64_t, const RowCell& cell) {
    if (is_number(cell) && cell.number < 0)
      ++(cell.number == least ? times : others);
  });
  return others == 0 ? times : 0;
}

constexpr const char* digit_dates = "%Y%m%d";
constexpr double first_day = 19000101, last_day = 21001231;  // of those that are taken for days

// What whole numbers of eight digits say of days: 20240103.
struct DigitDates {
  int64_t good = 0, bad = 0;  // cells
  int64_t different = 0, months = 0;
  int64_t odd_line = 0;  // of the first that is none
  std::string odd = {};
  bool odd_is_date = false;  // of another century
};

// to_the_end: else it stops at the first that is none.
DigitDates look_at_digits(const CsvTable& table, size_t column, bool to_the_end) {
  std::set<int64_t> days, months;
  DigitDates out;
  std::string scratch;
  each_cell(table, column, [&](int64_t row, const RowCell& cell) {
    if (is_missing(cell) || (out.bad > 0 && !to_the_end))
      return;
    const bool date = parse_date(date_text_of(cell, scratch), digit_dates).has_value();
    if (date && cell.number >= first_day && cell.number <= last_day) {
      ++out.good;
      const auto day = int64_t(cell.number);
      if (days.insert(day).second)
        months.insert(day / 100);
    } else if (out.bad++ == 0) {
      out.odd_line = table.line(row);
      out.odd = beginning(cell.text);
      out.odd_is_date = date;
    }
  });
  out.different = int64_t(days.size());
  out.months = int64_t(months.size());
  return out;
}

// The words of a name in small letters: "saleDate", "SALE_DATE 2" are "sale" and "date".
std::vector<std::string> words_of_name(std::string_view name) {
  const auto small = [](char c) { return (c >= 'a' && c <= 'z') || uint8_t(c) >= 0x80; };
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  std::vector<std::string> out(1);
  for (size_t i = 0; i < name.size(); ++i) {
    const bool hump = i > 0 && capital(name[i]) &&
                      (small(name[i - 1]) || (i + 1 < name.size() && small(name[i + 1])));
    if (hump || !(small(name[i]) || capital(name[i])))
      out.emplace_back();
    if (small(name[i]) || capital(name[i]))
      out.back() += lower_case(name[i]);
  }
  return out;
}

bool is_date_name(std::string_view name) {
  static constexpr std::array<std::string_view, 7> dates = {
      "date", "datum", "ymd", "dt", "birthday", "birthdate", "datetime"};
  const auto is_one = [](const std::string& word) {
    return std::find(dates.begin(), dates.end(), word) != dates.end();
  };
  const std::vector<std::string> words = words_of_name(name);
  return lower_case(name) == "day" || std::any_of(words.begin(), words.end(), is_one);
}

// Whole numbers that are written as days, 20240103, where all of them are days between 1900 and
// 2100, and the name says so or there are so many, in several months, that no quantity would be so.
// (Of numbers that are drawn there at random one in 27 is a day.) What is in doubt stays a number,
// and the reason says why.
void tell_digit_dates(const CsvTable& table, size_t column, const Forms& forms, ColumnInfo& out) {
  constexpr int64_t enough_days = 20, enough_months = 2;
  const bool named = is_date_name(out.name);
  if (!named && (forms.least < first_day || forms.most > last_day))
    return;
  const DigitDates found = look_at_digits(table, column, named);
  if (found.bad > 0) {
    if (named && found.good > found.bad)
      out.reason +=
          fmt::format("; they are no dates, as '{}' in line {} is {}", found.odd, found.odd_line,
                      found.odd_is_date ? "none from 1900 to 2100" : "none");
  } else if (named || (found.different >= enough_days && found.months >= enough_months)) {
    out.kind = ColumnKind::date;
    out.date_form = digit_dates;
    out.reason = fmt::format("all numbers are dates {}", digit_dates);
  } else {
    out.reason += fmt::format(
        "; all are dates {}, too, but the name does not say so and there are {} days in {} "
        "month{}: kinds = {{ {} = \"date\" }} makes them dates",
        digit_dates, found.different, found.months, found.months == 1 ? "" : "s",
        toml_key(out.name));
  }
}

void tell_numbers(const CsvTable& table, size_t column, const Forms& forms, ColumnInfo& out) {
  out.least = forms.least;
  out.most = forms.most;
  const bool whole = forms.integers == forms.numbers && forms.missing == 0;
  if (forms.least == forms.most && out.rows > 1) {
    // Whether it is missing says something.
    out.kind = forms.missing > 0 ? ColumnKind::number : ColumnKind::constant;
    out.reason = fmt::format("every number is {:.6g}", forms.least);
    return;
  }
  const bool index = is_index(table, column);
  if (whole && out.rows > 2 && (index || is_id_name(out.name)) && are_different(table, column)) {
    out.kind = ColumnKind::identifier;
    out.reason = index ? "the first column has no name and numbers the rows: an index"
                       : "its name says so, and every row has another one";
  } else {
    constexpr double most_digits = 1e9;
    const bool plain = forms.reals == 0 && std::fabs(forms.least) < most_digits &&
                       std::fabs(forms.most) < most_digits;  // all of their digits are shown
    const auto shown = [&](double number) {
      return plain ? fmt::format("{:.0f}", number) : fmt::format("{:.6g}", number);
    };
    out.reason = fmt::format("numbers from {} to {}{}", shown(forms.least), shown(forms.most),
                             forms.sign.empty() ? "" : ", all with " + forms.sign);
    tell_digit_dates(table, column, forms, out);
  }
  if (const int64_t times = times_all_nines(table, column, forms.least); times > 1) {
    out.perhaps_missing = {fmt::format("{}", forms.least)};
    out.reason += fmt::format("; {} are {} and no other is below 0{}", times, forms.least,
                              may_be_missing(out.perhaps_missing));
  }
}

// Why a column of dates is none: the first cell that is written in another way than the first.
std::string why_no_dates(const CsvTable& table, size_t column) {
  ToldForm first;
  std::string begins, out;
  each_cell(table, column, [&](int64_t row, const RowCell& cell) {
    if (is_missing(cell) || !out.empty())
      return;
    if (begins.empty()) {
      begins = beginning(cell.text);
      first = tell_date_form(std::array{cell.text});
    } else if (!first.form.empty() && !parse_date(cell.text, first.form)) {
      const bool date = !tell_date_form(std::array{cell.text}).form.empty();
      out = fmt::format("; it begins with the {} '{}', and '{}' in line {} is {}",
                        has_date(first.form) ? "date" : "time of day", begins, beginning(cell.text),
                        table.line(row), date ? "written in another way" : "none");
    }
  });
  return out;
}

void tell_words(const CsvTable& table, size_t column, const Forms& forms, const WordCounts& words,
                ColumnInfo& out) {
  const int64_t different = int64_t(words.size()), present = out.rows - forms.missing;
  const ToldForm dates = forms.words > 0 ? date_form_of(words) : ToldForm{};
  add_frequent(words, out);
  std::string odd;
  if (forms.words > 0 && forms.numbers > forms.words) {
    out.perhaps_missing = words_among_numbers(table, words);
    if (!out.perhaps_missing.empty() && times_all_nines(table, column, forms.least) > 1)
      out.perhaps_missing.push_back(fmt::format("{}", forms.least));
    odd =
        fmt::format("; {} of its cells {}, the first is '{}' in line {}{}", forms.words,
                    forms.words == 1 ? "is no number" : "are no numbers", forms.odd, forms.odd_line,
                    out.perhaps_missing.empty() ? "" : may_be_missing(out.perhaps_missing));
  } else if (forms.padded > 0 && forms.words == 0)
    odd = "; its numbers have leading zeros or more than 15 digits, so they are codes";
  else if (!forms.one_unit() && forms.words == 0)
    odd = fmt::format("; {} of its {} numbers have a sign such as {}: they are of several units",
                      forms.marked, forms.numbers, forms.sign);
  else if (forms.words > forms.numbers && dates.form.empty())
    odd = why_no_dates(table, column);
  if (different == 1 && out.rows > 1) {
    out.kind = forms.missing > 0 ? ColumnKind::category : ColumnKind::constant;
    out.reason = fmt::format("every cell is '{}'", beginning(words.front().first));
  } else if (!dates.form.empty()) {
    out.kind = ColumnKind::date;
    if (has_date(dates.form))
      out.reason = fmt::format("all cells are dates {}", dates.form);
    else
      out.reason = fmt::format(
          "all cells are times of day {}; if they are durations or ratios: kinds = {{ {} = "
          "\"category\" }}",
          dates.form, toml_key(out.name));
    take_form(dates, out);
  } else if (are_yes_and_no(words)) {
    out.kind = ColumnKind::boolean;
    out.reason = fmt::format("'{}' and '{}'", out.frequent[0].first, out.frequent[1].first);
  } else if (different > few && 2 * different > present) {
    const bool sentences = words_each(words) >= sentence_words;
    out.kind = sentences ? ColumnKind::text : ColumnKind::identifier;
    out.reason = fmt::format("{} different in {}: too many to be categories{}",
                             counted(different, "value"), counted(present, "cell"), odd);
  } else {
    out.kind = ColumnKind::category;
    out.reason =
        fmt::format("{} in {}{}", counted(different, "word"), counted(present, "cell"), odd);
  }
}

// By a person's word.
void take_wish(const CsvTable& table, size_t column, ColumnKind kind, ColumnInfo& out) {
  out.reason = "the configuration says so";
  if (kind == ColumnKind::date) {
    const ToldForm told = date_form_of(words_in(table, column, date_text_of));
    check_in(!told.form.empty(), ErrorKind::usage, out.name,
             "is to hold dates, but there is no form that all of its cells have; those that are "
             "known are such as 2026-11-29, 29.11.2026 14:30, 11/29/26, 29 Nov 2026, 20261129 and "
             "14:30");
    take_form(told, out);
  }
  out.kind = kind;
}

ColumnInfo begin_telling(const CsvTable& table, size_t column, const Forms& forms) {
  return {.name = table.columns[column],
          .sign = forms.sign,
          .rows = table.rows(),
          .missing = forms.missing,
          .all_numbers = forms.words == 0 && forms.one_unit()};
}

// Columns that follow one another.
void tell_some(const CsvTable& table, size_t first, std::span<ColumnInfo> out) {
  constexpr int64_t few_rows = 1 << 16;  // of more, the words of one column may be many
  const bool few = table.rows() <= few_rows;
  std::vector<size_t> columns(out.size());
  std::iota(columns.begin(), columns.end(), first);
  std::vector<Forms> forms(out.size());
  std::vector<WordCounter> counters(few ? out.size() : 0);
  each_cell(table, columns, [&](size_t i, int64_t row, const RowCell& cell) {
    note_cell(table, row, cell, forms[i], few ? &counters[i] : nullptr);
  });
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = begin_telling(table, columns[i], forms[i]);
    if (out[i].missing == out[i].rows) {
      out[i].kind = ColumnKind::empty;
      out[i].reason = "no cell holds anything";
    } else if (out[i].all_numbers && forms[i].padded == 0) {
      tell_numbers(table, columns[i], forms[i], out[i]);
    } else {
      const bool counted = few && forms[i].numbers == 0;
      tell_words(table, columns[i], forms[i],
                 counted ? std::move(counters[i]).take() : words_in(table, columns[i], category_of),
                 out[i]);
    }
  }
}

}  // namespace

std::span<const std::string_view> words_of(ColumnKind) {
  static constexpr std::array<std::string_view, 8> words = {
      "number", "category", "boolean", "date", "text", "identifier", "constant", "empty"};
  return words;
}

bool is_learnt_from(ColumnKind kind) {
  return kind <= ColumnKind::date;
}

std::vector<ColumnInfo> tell_columns(const CsvTable& table, const KindWishes& wishes,
                                     std::string_view where) {
  std::vector<ColumnInfo> out(table.columns.size());
  const auto n = int64_t(out.size());
  in_parallel(n, columns_together(n), [&](int64_t begin, int64_t end) {
    tell_some(table, size_t(begin), std::span(out).subspan(size_t(begin), size_t(end - begin)));
  });
  const auto wish = [&](const std::string& name, ColumnKind kind) {
    const auto found = std::find(table.columns.begin(), table.columns.end(), name);
    if (found == table.columns.end())
      fail(ErrorKind::usage, where, "{}", unknown_word("column", name, table.columns));
    const auto column = size_t(found - table.columns.begin());
    take_wish(table, column, kind, out[column]);
  };
  for (const std::string& name : wishes.categorical)
    wish(name, ColumnKind::category);
  const auto words = words_of(ColumnKind{});
  for (const auto& [name, word] : wishes.kinds) {
    const auto found = std::find(words.begin(), words.end(), word);
    check_in(found != words.end(), ErrorKind::usage, where, "column '{}': {}", name,
             unknown_word("kind", word, {words.begin(), words.end()}));
    wish(name, ColumnKind(found - words.begin()));
  }
  return out;
}

Field field_of(const ColumnInfo& column) {
  switch (column.kind) {
    case ColumnKind::number:
      return {.name = column.name,
              .kind = FieldKind::number,
              .dtype = f64,
              .shape = {},
              .labels = column.sign.empty() ? std::vector<std::string>()
                                            : std::vector<std::string>{column.sign}};
    case ColumnKind::date:
      return {.name = column.name,
              .kind = FieldKind::time,
              .dtype = f64,
              .shape = {},
              .labels = {column.date_form}};
    default:
      return {.name = column.name, .kind = FieldKind::category, .dtype = u8, .shape = {-1}};
  }
}

}  // namespace hebb::data
