#include "hebb/data/table_target.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "hebb/base/nearest.h"
#include "hebb/data/cell.h"
#include "hebb/data/table_words.h"
#include "hebb/data/text_hash.h"
#include "hebb/data/word_numbers.h"

namespace hebb::data {
namespace {

enum class Content { numbers, whole, integers, text };  // whole: integers, some written as 1.0

// Text when none of its cells is a number.
Content content_of(const CsvTable& table, size_t column, const std::vector<int64_t>& keep) {
  bool integers = true, whole = true, numbers = false;
  each_kept(table, column, keep, [&](int64_t, const RowCell& cell) {
    const bool plain = !cell.padded && !cell.marked;
    numbers = numbers || is_number(cell);
    integers = integers && cell.form == NumberForm::integer && plain;
    whole = whole && (cell.form == NumberForm::integer || cell.form == NumberForm::whole) && plain;
  });
  return !numbers   ? Content::text
         : integers ? Content::integers
         : whole    ? Content::whole
                    : Content::numbers;
}

// The different words of a column, in the order in which they come, and which one each row has.
struct WordsOfRows {
  std::vector<std::string> words;
  std::vector<double> numbers;      // of the same words; 0 where one is no number
  std::vector<int64_t> first_rows;  // in which they come
  std::vector<int64_t> of_row;      // of those that are kept
};

WordsOfRows words_of_rows(const CsvTable& table, size_t column, const std::vector<int64_t>& keep) {
  WordsOfRows out;
  WordNumbers numbers;
  std::string scratch;
  each_kept(table, column, keep, [&](int64_t row, const RowCell& cell) {
    const std::string_view word = category_of(cell, scratch);
    const int64_t number = numbers.add(word);
    if (size_t(number) == out.words.size()) {
      out.words.emplace_back(word);
      out.numbers.push_back(cell.number);
      out.first_rows.push_back(row);
    }
    out.of_row.push_back(number);
  });
  return out;
}

// The classes in order: numbers by their value, words by their letters.
std::vector<std::string> classes_of(const WordsOfRows& found, bool whole) {
  if (!whole) {
    std::vector<std::string> words = found.words;
    std::sort(words.begin(), words.end());
    return words;
  }
  std::set<int64_t> numbers;
  for (const double number : found.numbers)
    numbers.insert(int64_t(number));
  std::vector<std::string> out;
  for (const int64_t number : numbers)
    out.push_back(std::to_string(number));
  return out;
}

// Some test parts write each label with a dot behind it. Whether that is so: none is known as it
// stands, all are without.
bool labels_end_in_dots(const WordsOfRows& found, const TextMap<int64_t>& label) {
  return std::all_of(found.words.begin(), found.words.end(), [&](std::string_view word) {
    return word.ends_with('.') && label.contains(word.substr(0, word.size() - 1)) &&
           !label.contains(word);
  });
}

std::vector<int64_t> class_labels(const CsvTable& table, size_t column, const WordsOfRows& found,
                                  const std::vector<std::string>& names, std::string_view where,
                                  std::vector<std::string>& notes) {
  TextMap<int64_t> known;
  for (size_t c = 0; c < names.size(); ++c)
    known.emplace(names[c], int64_t(c));
  const bool dots = labels_end_in_dots(found, known);
  if (dots)
    notes.push_back(fmt::format("{}: its labels end in a dot, and are read without it", where));
  std::vector<int64_t> label_of;  // of each word
  for (size_t w = 0; w < found.words.size(); ++w) {
    std::string_view word = found.words[w];
    if (word.empty())
      fail(ErrorKind::data, where,
           "line {}: column '{}' is empty, should be a class; write one there or take the line out",
           table.line(found.first_rows[w]), table.columns[column]);
    if (dots)
      word.remove_suffix(1);
    const auto label = known.find(word);
    if (label == known.end())
      fail(ErrorKind::data, where, "line {}: there is no class '{}'; known are {}",
           table.line(found.first_rows[w]), word.substr(0, 40), known_words(word, names));
    label_of.push_back(label->second);
  }
  std::vector<int64_t> out;
  out.reserve(found.of_row.size());
  for (const int64_t word : found.of_row)
    out.push_back(label_of[size_t(word)]);
  return out;
}

bool are_whole(Content content) {
  return content == Content::integers || content == Content::whole;
}

struct Told {
  Task task;
  std::string reason;
  std::string otherwise = {};
};

int64_t count_of(const CsvTable& table, const std::vector<int64_t>& keep) {
  return keep.empty() ? table.rows() : int64_t(keep.size());
}

int64_t different_numbers(const CsvTable& table, size_t column, const std::vector<int64_t>& keep) {
  std::set<int64_t> numbers;
  each_kept(table, column, keep,
            [&](int64_t, const RowCell& cell) { numbers.insert(int64_t(cell.number)); });
  return int64_t(numbers.size());
}

Told tell_task(const CsvTable& table, size_t column, const std::vector<int64_t>& keep,
               Content content, const TableOptions& options, std::string_view where,
               std::vector<std::string>& notes) {
  if (options.task)
    return {*options.task, "the model's task"};
  if (content == Content::text)
    return {Task::classification, "the target holds words"};
  if (content == Content::numbers)
    return {Task::regression, "the target holds numbers that are not all plain whole ones"};
  if (options.whole_numbers)
    return {*options.whole_numbers, "the loss says what the target's whole numbers are"};
  const std::string& name = table.columns[column];
  const int64_t different = different_numbers(table, column, keep), rows = count_of(table, keep);
  const bool few = different <= most_integer_classes && 2 * different <= rows,
             classes = few && content == Content::integers;
  const std::string reason =
      fmt::format("the target holds {} different whole numbers in {} rows", different, rows);
  if (content == Content::whole) {
    const std::string otherwise =
        few ? "the loss cross_entropy or bce_with_logits makes them classes" : "";
    if (few)
      notes.push_back(
          fmt::format("{}: target '{}' holds {} different whole numbers written like '{}' and is "
                      "taken for a quantity; {}",
                      where, name, different, table.at(keep.empty() ? 0 : keep[0], int64_t(column)),
                      otherwise));
    return {Task::regression, reason + ", written with a decimal point", otherwise};
  }
  const std::string otherwise =
      classes ? "the loss mse or l1 makes it a quantity" : "write classes as words if it is none";
  notes.push_back(fmt::format(
      "{}: target '{}' holds {} different whole numbers in {} rows and is taken for {}; {}", where,
      name, different, rows, classes ? "classes" : "a quantity", otherwise));
  return {classes ? Task::classification : Task::regression, reason, otherwise};
}

}  // namespace

size_t column_named(const CsvTable& table, std::string_view name, std::string_view where) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), name);
  if (found == table.columns.end())
    fail(ErrorKind::usage, where, "{}", unknown_word("column", name, table.columns));
  return size_t(found - table.columns.begin());
}

size_t target_column(const CsvTable& table, const std::string& wanted, bool guess,
                     std::string_view where) {
  if (!wanted.empty())
    return column_named(table, wanted, where);
  for (const std::string_view usual : {"target", "label", "class", "y"})
    if (const auto found = std::find(table.columns.begin(), table.columns.end(), usual);
        found != table.columns.end())
      return size_t(found - table.columns.begin());
  if (guess && !table.columns.empty())
    return table.columns.size() - 1;
  constexpr size_t most = 50;  // names in the message
  const auto shown = table.columns.begin() + ptrdiff_t(std::min(most, table.columns.size()));
  fail(ErrorKind::usage, where,
       "which column is the target? Name it (data.target in a configuration, --target with hebb "
       "data); there are {}{}",
       fmt::join(std::vector<std::string>(table.columns.begin(), shown), ", "),
       table.columns.size() > most ? ", ..." : "");
}

std::vector<int64_t> rows_with_target(const CsvTable& table, size_t column,
                                      const std::vector<int64_t>& keep, std::string_view where,
                                      std::vector<std::string>& notes) {
  bool misses = false;
  each_kept(table, column, keep,
            [&](int64_t, const RowCell& cell) { misses = misses || is_missing(cell); });
  if (!misses)
    return keep;
  const bool words = content_of(table, column, keep) == Content::text;  // "None" may be a class
  const int64_t rows = count_of(table, keep);
  std::vector<int64_t> out;
  int64_t first = -1;  // without one
  each_kept(table, column, keep, [&](int64_t row, const RowCell& cell) {
    if (is_missing(cell) && (!words || cell.text.empty()))
      first = first < 0 ? row : first;
    else
      out.push_back(row);
  });
  const int64_t left = rows - int64_t(out.size());
  if (left == 0 || out.empty())
    return keep;
  notes.push_back(
      fmt::format("{}: {} of {} rows {} no target ('{}', first in line {}) and {} "
                  "left out",
                  where, left, rows, left == 1 ? "has" : "have", table.columns[column],
                  table.line(first), left == 1 ? "is" : "are"));
  return out;
}

TargetValues read_target(const CsvTable& table, size_t column, const std::vector<int64_t>& keep,
                         const TableOptions& options, std::string_view where,
                         std::vector<std::string>& notes) {
  const Content content = content_of(table, column, keep);
  const Told told = tell_task(table, column, keep, content, options, where, notes);
  TargetValues out{.task = told.task, .reason = told.reason, .otherwise = told.otherwise};
  if (told.task == Task::classification) {
    const WordsOfRows words = words_of_rows(table, column, keep);
    out.class_names =
        options.class_names.empty() ? classes_of(words, are_whole(content)) : options.class_names;
    out.labels = class_labels(table, column, words, out.class_names, where, notes);
    return out;
  }
  std::optional<std::string_view> unit;
  each_kept(table, column, keep, [&](int64_t row, const RowCell& cell) {
    const std::string_view sign = cell.marked ? unit_sign(cell.text) : std::string_view();
    if (!unit)
      unit = sign;
    check_in(!is_number(cell) || sign == *unit, ErrorKind::data, where,
             "line {}: column '{}' is {}, and those before it have {}; all should be of one unit",
             table.line(row), table.columns[column], shown_cell(cell.text),
             unit->empty() ? "no sign" : fmt::format("the sign {}", *unit));
    check_in(is_number(cell), ErrorKind::data, where,
             "line {}: column '{}' is {}, should be a number; write one there or take the line out",
             table.line(row), table.columns[column], shown_cell(cell.text));
    check_in(f32_holds(cell.number), ErrorKind::data, where,
             "line {}: column '{}' is '{}', which {}", table.line(row), table.columns[column],
             cell.text.substr(0, 40), not_in_f32);
    out.numbers.push_back(cell.number);
  });
  return out;
}

}  // namespace hebb::data
