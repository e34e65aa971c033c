#include "hebb/cli/metric_arrays.h"

#include <algorithm>
#include <set>

#include "hebb/cli/named_file.h"
#include "hebb/formats/jsonl.h"

namespace hebb::cli {
namespace {

constexpr std::pair<std::string_view, std::string_view> other_names[] = {
    {"target", "y_true"}, {"prediction", "y_pred"}, {"score", "y_score"}};

// "target" and "target_x" become "y_true" and "y_true_x".
std::string own_name(const std::string& column) {
  for (const auto& [other, own] : other_names)
    if (column == other || column.starts_with(std::string(other) + "_"))
      return std::string(own) + column.substr(other.size());
  return column;
}

// A column of a table whose cells are all numbers; nothing where they are not.
std::optional<Tensor> numbers_of(const CsvTable& table, size_t column) {
  std::vector<double> values;
  bool numbers = true, whole = true;
  each_cell(table, column, [&](int64_t, const RowCell& cell) {
    numbers = numbers && cell.form != NumberForm::none;
    whole = whole && cell.form == NumberForm::integer;
    values.push_back(cell.number);
  });
  if (!numbers)
    return {};
  const Tensor out = Tensor::from(values, {int64_t(values.size())});
  return whole ? out.to(i64) : out;
}

// Columns NAME_x of numbers side by side, where there is no NAME. suffixes: their x.
struct Joined {
  std::vector<const Tensor*> columns;
  std::vector<std::string> suffixes;
};
std::optional<Joined> joined_columns(const std::vector<std::string>& columns,
                                     const NamedTensors& tensors, std::string_view name) {
  Joined out;
  const std::string prefix = std::string(name) + "_";
  for (const std::string& column : columns) {
    if (column == name)
      return {};
    const auto found = tensors.find(column);
    if (!column.starts_with(prefix) || found == tensors.end())
      continue;
    out.columns.push_back(&found->second);
    out.suffixes.push_back(column.substr(prefix.size()));
  }
  return out.columns.empty() ? std::nullopt : std::optional(out);
}

Tensor side_by_side(const std::vector<const Tensor*>& columns) {
  const int64_t rows = columns[0]->numel(), width = int64_t(columns.size());
  std::vector<double> values(size_t(rows * width));
  bool whole = true;
  for (size_t k = 0; k < columns.size(); ++k) {
    whole = whole && columns[k]->dtype() == i64;
    const auto column = columns[k]->to_vector<double>();
    for (size_t i = 0; i < column.size(); ++i)
      values[i * columns.size() + k] = column[i];
  }
  const Tensor out = Tensor::from(values, {rows, width});
  return whole ? out.to(i64) : out;
}

Arrays from_table(const std::string& file, const CsvTable& table) {
  Arrays out{.file = file, .tensors = {}};
  std::vector<std::string> columns;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const std::string name = own_name(table.columns[c]);
    out.require(!out.texts.contains(name), "{} and another column both stand for {}",
                table.columns[c], name);
    columns.push_back(name);
    auto& cells = out.texts[name];
    each_cell(table, c, [&](int64_t, const RowCell& cell) { cells.emplace_back(cell.text); });
    if (std::optional<Tensor> numbers = numbers_of(table, c))
      out.tensors.emplace(name, *numbers);
  }
  std::vector<std::string> scored;
  for (const auto& [other, own] : other_names) {
    const auto joined = joined_columns(columns, out.tensors, own);
    if (!joined)
      continue;
    out.tensors.emplace(std::string(own), side_by_side(joined->columns));
    if (own == "y_score")
      scored = joined->suffixes;
  }
  std::set<std::string> words;
  for (const char* name : {"y_true", "y_pred"})
    if (out.texts.contains(name) && !out.find(name))
      words.insert(out.texts[name].begin(), out.texts[name].end());
  if (!words.empty())
    out.class_names = scored.empty() ? std::vector(words.begin(), words.end()) : scored;
  return out;
}

}  // namespace

Arrays Arrays::read(const std::string& file) {
  check_input_file(file);
  const std::string name = unpacked_name(file);
  if (name.ends_with(".jsonl"))
    return from_table(file, read_jsonl(file));
  if (name.ends_with(".csv") || name.ends_with(".tsv"))
    return from_table(file, read_csv(file, {.header = true}));
  try {
    return {.file = file, .tensors = read_npz(file)};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data || file.ends_with(".npz"))
      throw;
    fail(ErrorKind::usage, file,
         "should be an .npz file with arrays y_true, and y_pred or y_score, or a .csv, .tsv or "
         ".jsonl file with such columns (hebb metrics --help)");
  }
}

Arrays Arrays::rows(const std::vector<int64_t>& positions, int64_t samples) const {
  const auto of_samples = [&](const std::string& name, const Tensor& tensor) {
    return name != "quantiles" && name != "y_history" && tensor.dim() > 0 &&
           tensor.size(0) == samples;
  };
  Arrays out{.file = file, .tensors = {}, .texts = {}, .class_names = class_names};
  const Tensor index = Tensor::from(positions, {int64_t(positions.size())});
  for (const auto& [name, tensor] : tensors)
    out.tensors.emplace(name, of_samples(name, tensor) ? tensor.index_select(0, index) : tensor);
  for (const auto& [name, cells] : texts) {
    std::vector<std::string>& chosen = out.texts[name];
    for (int64_t position : positions)
      chosen.push_back(cells[size_t(position)]);
  }
  return out;
}

std::vector<std::pair<std::string, std::vector<int64_t>>> Arrays::populations(
    const std::string& name) const {
  constexpr size_t most = 1000;
  require(has(name), "there is no {} to divide samples by (it holds {})", name, names());
  std::vector<std::string> of_sample;
  if (const auto words = texts.find(name); words != texts.end())
    of_sample = words->second;
  else
    for (int64_t number : labels(name))
      of_sample.push_back(std::to_string(number));
  std::map<std::string, std::vector<int64_t>> found;
  for (size_t i = 0; i < of_sample.size(); ++i)
    found[of_sample[i]].push_back(int64_t(i));
  require(found.size() <= most, "{} holds {} different values, should be at most {}", name,
          found.size(), most);
  return {found.begin(), found.end()};
}

std::vector<int64_t> Arrays::numbered(const std::string& name,
                                      const std::vector<std::string>& words) const {
  std::vector<int64_t> out;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto found = std::find(class_names.begin(), class_names.end(), words[i]);
    require(found != class_names.end(),
            "{}[{}] is '{}', which is none of the classes that have a score: {}", name, i, words[i],
            fmt::join(class_names, ", "));
    out.push_back(found - class_names.begin());
  }
  return out;
}

}  // namespace hebb::cli
