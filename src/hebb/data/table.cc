#include "hebb/data/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <type_traits>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/data/cell.h"
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
double number_at(const CsvTable& table, int64_t row, int64_t column, int64_t target,
                 std::string_view where) {
  double value = 0;
  const std::string_view cell = table.at(row, column);
  const std::string& name = table.columns[size_t(column)];
  const bool is_number = number_in_cell(cell, value);
  check_in(!is_number || f32_holds(value), ErrorKind::data, where,
           "line {}: column '{}' is '{}', which {}", table.lines[size_t(row)], name,
           cell.substr(0, 40), not_in_f32);
  if (is_number)
    return value;
  // One cell among numbers ("NA"), or a column of words.
  const bool words = !cell.empty() && content_of(table, column) == Content::text;
  std::string remedy = words ? "make its words numbers (a column of 0 and 1 for each word)"
                             : "write one there or take the line out";
  if (column != target)
    remedy += fmt::format(", or leave '{}' out of data.columns", name);
  fail(ErrorKind::data, where, "line {}: column '{}' is {}, should be a number; {}",
       table.lines[size_t(row)], name, shown_cell(cell), remedy);
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

// Said before labels are looked at, which may be of other data too.
void check_sample_shape(const Dims& given, const TableOptions& options, const std::string& where) {
  const auto columns = [](const Dims& shape) {
    return shape.size() == 1 ? fmt::format("{} column{}", shape[0], shape[0] == 1 ? "" : "s")
                             : to_string(shape);
  };
  check_in(options.sample_shape.empty() || given == options.sample_shape, ErrorKind::usage, where,
           "a sample has {}, the model takes {}{}{}", columns(given), columns(options.sample_shape),
           options.feature_names.empty() ? "" : ": ", quoted_list(options.feature_names));
}

KeptColumn kept_column(const CsvTable& table, const std::string& name, std::string_view where) {
  const int64_t column = column_named(table, name, where);
  KeptColumn out{.name = name, .cells = {}};
  for (int64_t r = 0; r < table.rows(); ++r)
    out.cells.emplace_back(table.at(r, column));
  return out;
}

bool is_kept(const TableOptions& options, const std::string& column) {
  return std::find(options.kept.begin(), options.kept.end(), column) != options.kept.end();
}

// An array [N] or [N, 1] of an .npz file as a column of text.
KeptColumn kept_array(const NpzArrays& arrays, const std::string& name, const std::string& where) {
  KeptColumn out{.name = name, .cells = {}};
  const auto check_list = [&](const Dims& shape) {
    check_in(shape.size() == 1 || (shape.size() == 2 && shape[1] == 1), ErrorKind::data, where,
             "{} is {}, should be one value for each sample, [N]", name, to_string(shape));
  };
  if (const auto text = arrays.texts.find(name); text != arrays.texts.end()) {
    check_list(text->second.shape);
    out.cells = text->second.values;
    return out;
  }
  const auto found = arrays.numbers.find(name);
  if (found == arrays.numbers.end()) {
    std::vector<std::string> names;
    for (const auto& [known, tensor] : arrays.numbers)
      names.push_back(known);
    for (const auto& [known, text] : arrays.texts)
      names.push_back(known);
    fail(ErrorKind::usage, where, "{}", unknown_word("array", name, names));
  }
  const Tensor& values = found->second;
  check_list(values.shape());
  check_in(!is_complex(values.dtype()), ErrorKind::data, where,
           "{} holds complex numbers, which nothing can be split by", name);
  if (is_floating(values.dtype()))
    for (double value : cast_values(values, f64).to_vector<double>())
      out.cells.push_back(fmt::format("{}", value));
  else
    for (int64_t value : cast_values(values, i64).to_vector<int64_t>())
      out.cells.push_back(std::to_string(value));
  return out;
}

}  // namespace

Dataset csv_table(const std::string& where, const TableOptions& options) {
  const CsvTable table = read_csv(where);
  const int64_t target = target_column(table, options.target, where);

  TensorOptions out{.name = where, .target_name = table.columns[size_t(target)]};
  for (const std::string& name : options.kept)
    out.kept.push_back(kept_column(table, name, where));
  std::vector<int64_t> columns;
  std::vector<std::string> texts;
  if (options.feature_names.empty()) {
    for (int64_t c = 0; c < int64_t(table.columns.size()); ++c) {
      if (c == target || is_kept(options, table.columns[size_t(c)]))
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
  check_sample_shape({features}, options, where);
  const Tensor x = Tensor::empty({table.rows(), features}, f64);
  for (int64_t r = 0; r < table.rows(); ++r)
    for (int64_t f = 0; f < features; ++f)
      x.data<double>()[r * features + f] = number_at(table, r, columns[size_t(f)], target, where);

  const Content content = content_of(table, target);
  const Task task = task_of(table, target, content, options, where, out.notes);
  if (task == Task::classification) {
    out.class_names =
        options.class_names.empty() ? classes_of(table, target, content) : options.class_names;
    return from_tensors(x, class_targets(table, target, content, out.class_names, where), out);
  }
  const Tensor y = Tensor::empty({table.rows(), 1}, f64);
  for (int64_t r = 0; r < table.rows(); ++r)
    y.data<double>()[r] = number_at(table, r, target, target, where);
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
  const Tensor numbers = cast_values(values, f64).contiguous();
  const double* number = numbers.data<double>();
  const int64_t each = numbers.numel() / numbers.size(0);
  for (int64_t i = 0; i < numbers.numel(); ++i)
    check_in(f32_holds(number[i]), ErrorKind::data, where,
             "{} of sample {} holds {} (its value {}), {}", name, i / each, number[i], i % each,
             std::isfinite(number[i]) ? fmt::format("which {}", not_in_f32)
                                      : std::string("should be a number"));
}

// Labels as numbers of classes. Without class names the set of labels is the classes, in order, as
// for tables; names that are whole numbers are looked for among them, and others counted from 0.
template <class Label>
struct NamedLabels {
  std::vector<std::string> names;
  std::map<Label, int64_t> number;
};

std::string text_of(int64_t label) {
  return std::to_string(label);
}
std::string text_of(const std::string& label) {
  return label;
}

template <class Label>
NamedLabels<Label> name_labels(const std::vector<Label>& labels,
                               const std::vector<std::string>& known) {
  NamedLabels<Label> out{known, {}};
  if (known.empty()) {
    for (const Label& label : labels)
      out.number.emplace(label, 0);
    for (auto& [label, number] : out.number) {
      number = int64_t(out.names.size());
      out.names.push_back(text_of(label));
    }
    return out;
  }
  for (size_t c = 0; c < known.size(); ++c) {
    if constexpr (std::is_same_v<Label, std::string>) {
      out.number.emplace(known[c], int64_t(c));
    } else {
      const bool whole = std::all_of(known.begin(), known.end(), parse_integer);
      out.number.emplace(whole ? *parse_integer(known[c]) : int64_t(c), int64_t(c));
    }
  }
  return out;
}

template <class Label>
Tensor numbered(const std::vector<Label>& labels, const NamedLabels<Label>& classes,
                const std::string& where) {
  Tensor y = Tensor::empty({int64_t(labels.size())}, i64);
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto found = classes.number.find(labels[i]);
    check_in(found != classes.number.end(), ErrorKind::data, where,
             "label '{}' of sample {} is none of the {} classes {}", text_of(labels[i]), i,
             classes.names.size(), quoted_list(classes.names));
    y.data<int64_t>()[i] = found->second;
  }
  return y;
}

void check_fits_i64(const Tensor& y, const std::string& where) {
  const std::vector<double> values = y.to_vector<double>();
  for (size_t i = 0; i < values.size(); ++i)
    check_in(values[i] < 0x1p63, ErrorKind::data, where,
             "label {:.0f} of sample {} is out of range, should be below 2^63", values[i], i);
}

bool is_list(const Dims& shape) {
  return shape.size() == 1 || (shape.size() == 2 && shape[1] == 1);
}

bool one_hot(const std::vector<double>& values, size_t columns) {
  for (size_t row = 0; row < values.size(); row += columns) {
    const auto begin = values.begin() + ptrdiff_t(row), end = begin + ptrdiff_t(columns);
    if (std::count(begin, end, 1) != 1 || std::count(begin, end, 0) != ptrdiff_t(columns) - 1)
      return false;
  }
  return true;
}

// Floats may be classes as other libraries store them; they are taken for a quantity.
std::string note_on_whole(const Tensor& y, const std::string& where) {
  if (!is_floating(y.dtype()) || !holds_whole(y))
    return {};
  const std::vector<double> values = y.to_vector<double>();
  if (y.dim() == 2 && y.size(1) > 1 && one_hot(values, size_t(y.size(1))))
    return fmt::format(
        "{}: y {} holds one-hot rows and is taken for {} quantities; argmax(axis=1) makes labels "
        "of "
        "them",
        where, describe(y), y.size(1));
  if (!is_list(y.shape()))
    return {};
  const int64_t different = int64_t(std::set<double>(values.begin(), values.end()).size());
  if (different > most_integer_classes || 2 * different > int64_t(values.size()))
    return {};
  return fmt::format(
      "{}: y holds {} different whole numbers stored as {} and is taken for a quantity; the loss "
      "cross_entropy or bce_with_logits makes them classes, as does storing integers",
      where, different, name(y.dtype()));
}

}  // namespace

Dataset npz_table(const std::string& where, const TableOptions& options) {
  check_in(options.target.empty(), ErrorKind::usage, where,
           "target '{}' names a column, which an .npz file does not have; its arrays are x and y",
           options.target);
  const NpzArrays arrays = read_npz_arrays(where);
  const auto name_of = [&](const char* name, const char* other) {
    for (const char* tried : {name, other})
      if (arrays.numbers.contains(tried) || arrays.texts.contains(tried))
        return std::string(tried);
    std::vector<std::string> names;
    for (const auto& [known, tensor] : arrays.numbers)
      names.push_back(known);
    for (const auto& [known, text] : arrays.texts)
      names.push_back(known);
    fail(ErrorKind::data, where, "holds {}, should hold arrays '{}' (or '{}')",
         names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", ")), name, other);
  };
  const std::string x_name = name_of("x", "input"), y_name = name_of("y", "target");
  check_in(arrays.numbers.contains(x_name), ErrorKind::data, where,
           "{} holds text, should hold numbers", x_name);
  Tensor x = arrays.numbers.at(x_name);
  if (is_integral(x.dtype()) && x.dtype() != u8)
    x = cast_values(x, f64);
  TensorOptions out{.name = where};
  for (const std::string& name : options.kept)
    out.kept.push_back(kept_array(arrays, name, where));
  const auto check_samples = [&](const Dims& y) {
    check_in(x.dim() >= 1 && !y.empty(), ErrorKind::data, where,
             "x is {} and y {}, should both have a first axis, that of the samples", describe(x),
             to_string(y));
    check_in(x.size(0) > 0, ErrorKind::data, where, "holds no samples: x {}", describe(x));
    check_in(x.numel() > 0, ErrorKind::data, where, "its samples hold no values: x {}",
             describe(x));
    Dims sample = x.shape();
    sample.erase(0);
    if (x.dtype() != u8 || x.dim() < 3)  // pictures may be in another order
      check_sample_shape(sample, options, where);
    check_finite(x, "x", where);
  };
  const auto with_labels = [&](const auto& labels) {
    const auto classes = name_labels(labels, options.class_names);
    out.class_names = classes.names;
    return from_tensors(x, numbered(labels, classes, where), out);
  };
  if (const auto text = arrays.texts.find(y_name); text != arrays.texts.end()) {
    const auto& [shape, words] = text->second;
    check_samples(shape);
    check_in(options.task != Task::regression, ErrorKind::data, where,
             "{} holds text, should hold numbers for a regression", y_name);
    check_in(is_list(shape), ErrorKind::data, where,
             "{} holds text of shape {}, should be one label for each sample, [{}]", y_name,
             to_string(shape), x.size(0));
    return with_labels(words);
  }
  Tensor y = arrays.numbers.at(y_name);
  check_samples(y.shape());
  if (y.size(0) > 0)
    check_finite(y, "y", where);
  const std::optional<Task> wanted = options.task ? options.task : options.whole_numbers;
  if (!is_floating(y.dtype()) && wanted == Task::regression)
    y = cast_values(y, f64);
  if (is_floating(y.dtype()) && wanted == Task::classification && is_list(y.shape()) &&
      holds_whole(y))
    y = cast_values(y, i64);
  check_in(options.task != Task::classification || !is_floating(y.dtype()), ErrorKind::data, where,
           "its targets are {}, should be integers for a classification", describe(y));
  if (y.dtype() == DType::u64)
    check_fits_i64(y, where);
  if (!is_floating(y.dtype()) && !is_complex(y.dtype()) && is_list(y.shape()))
    return with_labels(cast_values(y, i64).to_vector<int64_t>());
  if (const std::string note = wanted ? std::string() : note_on_whole(y, where); !note.empty())
    out.notes.push_back(note);
  return from_tensors(x, is_floating(y.dtype()) && y.dim() == 1 ? y.unsqueeze(1) : y, out);
}

}  // namespace hebb::data
