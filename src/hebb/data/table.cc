#include "hebb/data/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/data/tensors.h"
#include "hebb/formats/csv.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/copy.h"

namespace hebb::data {
namespace {

namespace fs = std::filesystem;

constexpr int64_t most_integer_classes = 100;

enum class Content {
  numbers,
  whole,
  integers,
  text
};  // whole: integers, some of which are written as 1.0

std::optional<int64_t> parse_integer(std::string_view cell) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size() || cell.empty())
    return std::nullopt;
  return value;
}

// Also "1.0" and "1e3".
std::optional<int64_t> parse_whole(std::string_view cell) {
  if (const std::optional<int64_t> integer = parse_integer(cell))
    return integer;
  double value = 0;
  if (!parse_number(cell, value) || std::fabs(value) >= 0x1p53 || value != std::floor(value))
    return std::nullopt;
  return int64_t(value);
}

// A column is text when none of its cells is a number.
Content content_of(const CsvTable& table, int64_t column) {
  bool integers = true, whole = true, numbers = false;
  double value = 0;
  for (int64_t r = 0; r < table.rows(); ++r) {
    const std::string_view cell = table.at(r, column);
    numbers = numbers || parse_number(cell, value);
    integers = integers && parse_integer(cell);
    whole = whole && parse_whole(cell);
  }
  return !numbers   ? Content::text
         : integers ? Content::integers
         : whole    ? Content::whole
                    : Content::numbers;
}

bool is_whole(Content content) {
  return content == Content::integers || content == Content::whole;
}

// target: the column that cannot be left out.
float number_at(const CsvTable& table, int64_t row, int64_t column, int64_t target,
                std::string_view where) {
  double value = 0;
  const std::string_view cell = table.at(row, column);
  const bool is_number = parse_number(cell, value) && std::isfinite(float(value));
  if (is_number)
    return float(value);
  const std::string& name = table.columns[size_t(column)];
  std::string remedy;
  if (cell.empty())
    remedy = "; write one there or take the line out";
  if (cell.empty() && column != target)
    remedy += fmt::format(", or leave '{}' out of data.columns", name);
  if (!cell.empty() && column != target)
    remedy = fmt::format(
        "; leave '{}' out of data.columns, or make its words numbers (a column of 0 and 1 for each "
        "word)",
        name);
  fail(ErrorKind::data, where, "line {}: column '{}' is {}, should be a number{}",
       table.lines[size_t(row)], name,
       cell.empty() ? "empty" : fmt::format("'{}'", cell.substr(0, 40)), remedy);
}

int64_t column_named(const CsvTable& table, std::string_view name, std::string_view where) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), name);
  check_in(found != table.columns.end(), ErrorKind::usage, where, "{}",
           unknown_word("column", name, table.columns));
  return found - table.columns.begin();
}

int64_t target_column(const CsvTable& table, const std::string& wanted, std::string_view where) {
  if (!wanted.empty())
    return column_named(table, wanted, where);
  for (std::string_view usual : {"target", "label", "class", "y"})
    if (const auto found = std::find(table.columns.begin(), table.columns.end(), usual);
        found != table.columns.end())
      return found - table.columns.begin();
  fail(ErrorKind::usage, where,
       "which column is the target? Name it (data.target in a configuration, --target with hebb "
       "data); there are {}",
       fmt::join(table.columns, ", "));
}

// The classes in order: numbers by their value, words by their letters.
std::vector<std::string> classes_of(const CsvTable& table, int64_t column, Content content) {
  std::set<int64_t> numbers;
  std::set<std::string> words;
  for (int64_t r = 0; r < table.rows(); ++r) {
    const std::string_view cell = table.at(r, column);
    if (is_whole(content))
      numbers.insert(*parse_whole(cell));
    else
      words.emplace(cell);
  }
  std::vector<std::string> out(words.begin(), words.end());
  for (int64_t number : numbers)
    out.push_back(std::to_string(number));
  return out;
}

Tensor class_targets(const CsvTable& table, int64_t column, Content content,
                     const std::vector<std::string>& names, std::string_view where) {
  std::map<std::string, int64_t, std::less<>> number;
  for (size_t c = 0; c < names.size(); ++c)
    number.emplace(names[c], int64_t(c));
  Tensor y = Tensor::empty({table.rows()}, i64);
  for (int64_t r = 0; r < table.rows(); ++r) {
    const std::string_view cell = table.at(r, column);
    check_in(
        !cell.empty(), ErrorKind::data, where,
        "line {}: column '{}' is empty, should be a class; write one there or take the line out",
        table.lines[size_t(r)], table.columns[size_t(column)]);
    const auto found =
        number.find(is_whole(content) ? std::to_string(*parse_whole(cell)) : std::string(cell));
    check_in(found != number.end(), ErrorKind::data, where,
             "line {}: there is no class '{}'; known are {}", table.lines[size_t(r)],
             cell.substr(0, 40), fmt::join(names, ", "));
    y.data<int64_t>()[r] = found->second;
  }
  return y;
}

// notes: says what whole numbers were taken for, since they may be either.
Task task_of(const CsvTable& table, int64_t column, Content content, const TableOptions& options,
             std::string_view where, std::vector<std::string>& notes) {
  if (options.task)
    return *options.task;
  if (content == Content::text)
    return Task::classification;
  if (content == Content::numbers)
    return Task::regression;
  if (options.whole_numbers)
    return *options.whole_numbers;
  const int64_t different = int64_t(classes_of(table, column, content).size());
  const bool few = different <= most_integer_classes && 2 * different <= table.rows(),
             classes = few && content == Content::integers;
  if (content == Content::whole) {
    if (few)
      notes.push_back(
          fmt::format("{}: target '{}' holds {} different whole numbers written like '{}' and is "
                      "taken for a quantity; the loss "
                      "cross_entropy or bce_with_logits makes them classes",
                      where, table.columns[size_t(column)], different, table.at(0, column)));
    return Task::regression;
  }
  notes.push_back(fmt::format(
      "{}: target '{}' holds {} different whole numbers in {} rows and is taken for {}; {}", where,
      table.columns[size_t(column)], different, table.rows(), classes ? "classes" : "a quantity",
      classes ? "the loss mse or l1 makes it a quantity" : "write classes as words if it is none"));
  return classes ? Task::classification : Task::regression;
}

// The index that pandas writes unless told not to: a first column without a name that numbers the
// rows.
bool is_index(const CsvTable& table, int64_t column) {
  if (column != 0 || !table.header || table.columns[0] != "1" || table.columns.size() < 3)
    return false;
  std::set<int64_t> seen;
  for (int64_t r = 0; r < table.rows(); ++r) {
    const std::optional<int64_t> number = parse_integer(table.at(r, column));
    if (!number || !seen.insert(*number).second)
      return false;
  }
  return true;
}

}  // namespace

Dataset csv_table(const std::string& where, const TableOptions& options) {
  const CsvTable table = read_csv(where);
  const int64_t target = target_column(table, options.target, where);

  TensorOptions out{.name = where, .target_name = table.columns[size_t(target)]};
  std::vector<int64_t> columns;
  std::vector<std::string> texts;
  if (options.feature_names.empty()) {
    for (int64_t c = 0; c < int64_t(table.columns.size()); ++c) {
      if (c == target)
        continue;
      if (is_index(table, c))
        out.notes.push_back(fmt::format(
            "{}: the first column has no name and numbers the rows: an index, which is left out",
            where));
      else if (content_of(table, c) == Content::text)
        texts.push_back(table.columns[size_t(c)]);
      else
        columns.push_back(c);
    }
    if (!texts.empty())
      out.notes.push_back(
          fmt::format("{}: columns of text are left out: {}; as numbers, such as a column of 0 and "
                      "1 for each word, "
                      "they would be kept",
                      where, fmt::join(texts, ", ")));
  } else {
    for (const std::string& name : options.feature_names) {
      const int64_t column = column_named(table, name, where);
      check_in(column != target, ErrorKind::usage, where,
               "column '{}' is the target, which cannot be among the columns to learn from", name);
      check_in(std::find(columns.begin(), columns.end(), column) == columns.end(), ErrorKind::usage,
               where, "column '{}' is named twice among the columns to learn from", name);
      columns.push_back(column);
    }
  }
  check_in(!columns.empty(), ErrorKind::data, where,
           "holds no column of numbers besides the target '{}'", table.columns[size_t(target)]);
  for (int64_t c : columns)
    out.feature_names.push_back(table.columns[size_t(c)]);

  const int64_t features = int64_t(columns.size());
  const Tensor x = Tensor::empty({table.rows(), features}, f32);
  for (int64_t r = 0; r < table.rows(); ++r)
    for (int64_t f = 0; f < features; ++f)
      x.data<float>()[r * features + f] = number_at(table, r, columns[size_t(f)], target, where);

  const Content content = content_of(table, target);
  const Task task = task_of(table, target, content, options, where, out.notes);
  if (task == Task::classification) {
    out.class_names =
        options.class_names.empty() ? classes_of(table, target, content) : options.class_names;
    return from_tensors(x, class_targets(table, target, content, out.class_names, where), out);
  }
  const Tensor y = Tensor::empty({table.rows(), 1}, f32);
  for (int64_t r = 0; r < table.rows(); ++r)
    y.data<float>()[r] = number_at(table, r, target, target, where);
  return from_tensors(x, y, out);
}

namespace {

bool holds_whole(const Tensor& tensor) {
  const std::vector<double> values = tensor.to_vector<double>();
  return std::all_of(values.begin(), values.end(),
                     [](double v) { return std::fabs(v) < 0x1p53 && v == std::floor(v); });
}

// As in a table of text, a number that is none is found before a network learns from it.
void check_finite(const Tensor& values, const char* name, const std::string& where) {
  if (!is_floating(values.dtype()))
    return;
  const Tensor numbers = values.is_contiguous() && values.dtype() == f32
                             ? values
                             : cast_values(values, f32).contiguous();
  const float* number = numbers.data<float>();
  const int64_t each = numbers.numel() / numbers.size(0);
  for (int64_t i = 0; i < numbers.numel(); ++i)
    check_in(std::isfinite(number[i]), ErrorKind::data, where,
             "{} of sample {} holds {} (its value {}), should be a number", name, i / each,
             number[i], i % each);
}

}  // namespace

Dataset npz_table(const std::string& where, const TableOptions& options) {
  check_in(options.target.empty(), ErrorKind::usage, where,
           "target '{}' names a column, which an .npz file does not have; its arrays are x and y",
           options.target);
  const NamedTensors arrays = read_npz(where);
  const auto array = [&](std::string_view name, std::string_view other) {
    for (std::string_view tried : {name, other})
      if (const auto found = arrays.find(std::string(tried)); found != arrays.end())
        return found->second;
    std::string names;
    for (const auto& [known, tensor] : arrays)
      names += (names.empty() ? "" : ", ") + known;
    fail(ErrorKind::data, where, "holds {}, should hold arrays '{}' (or '{}')",
         names.empty() ? "nothing" : names, name, other);
  };
  Tensor x = array("x", "input");
  if (is_integral(x.dtype()) && x.dtype() != u8)
    x = cast_values(x, f32);
  Tensor y = array("y", "target");
  check_in(x.dim() >= 1 && y.dim() >= 1 && x.size(0) > 0, ErrorKind::data, where,
           "holds no samples: x {}, y {}", describe(x), describe(y));
  check_in(x.numel() > 0, ErrorKind::data, where, "its samples hold no values: x {}", describe(x));
  check_finite(x, "x", where);
  if (y.size(0) > 0)
    check_finite(y, "y", where);
  const std::optional<Task> wanted = options.task ? options.task : options.whole_numbers;
  if (!is_floating(y.dtype()) && wanted == Task::regression)
    y = cast_values(y, f32);
  if (is_floating(y.dtype()) && wanted == Task::classification &&
      (y.dim() == 1 || (y.dim() == 2 && y.size(1) == 1)) && holds_whole(y))
    y = cast_values(y, i64).reshape({y.size(0)});
  check_in(options.task != Task::classification || !is_floating(y.dtype()), ErrorKind::data, where,
           "its targets are {}, should be integers for a classification", describe(y));
  if (is_floating(y.dtype()) && y.dim() == 1)
    y = y.unsqueeze(1);
  return from_tensors(
      x, y,
      {.name = where,
       .class_names = is_floating(y.dtype()) ? std::vector<std::string>() : options.class_names});
}

}  // namespace hebb::data
