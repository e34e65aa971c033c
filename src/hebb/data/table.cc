#include "hebb/data/table.h"

#include <algorithm>
#include <unordered_set>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/base/toml_text.h"
#include "hebb/data/cell.h"
#include "hebb/data/column_kind.h"
#include "hebb/data/missing_words.h"
#include "hebb/data/table_recipe.h"
#include "hebb/data/table_source.h"
#include "hebb/data/table_target.h"
#include "hebb/data/table_weights.h"
#include "hebb/data/table_words.h"
#include "hebb/data/tensors.h"
#include "hebb/formats/csv.h"
#include "hebb/formats/jsonl.h"

namespace hebb::data {
namespace {

// More would make a recipe of hundreds of megabytes, of which each number has a line.
constexpr size_t most_learnt_columns = 100'000;

// What a column is when a person names it among those to learn from.
void take_as_named(ColumnInfo& column, std::string_view where) {
  check_in(column.kind != ColumnKind::empty, ErrorKind::data, where,
           "column '{}' holds nothing in any line; leave it out of data.columns", column.name);
  if (!is_learnt_from(column.kind))
    column.kind = column.all_numbers ? ColumnKind::number : ColumnKind::category;
}

std::string left_out(const std::vector<const ColumnInfo*>& columns, std::string_view where) {
  constexpr size_t most = 10;
  std::string list;
  for (size_t i = 0; i < std::min(most, columns.size()); ++i)
    list += fmt::format("{}'{}' ({}: {})", i ? ", " : "", columns[i]->name,
                        words_of(ColumnKind{})[size_t(columns[i]->kind)], columns[i]->reason);
  return fmt::format(
      "{}: {} left out: {}{}; data.kinds = {{ {} = \"category\" }} would keep it", where,
      columns.size() == 1 ? "a column is" : fmt::format("{} columns are", columns.size()), list,
      columns.size() > most ? ", ..." : "", toml_key(columns[0]->name));
}

bool is_kept(const TableOptions& options, const std::string& column) {
  return column == options.id || column == options.weight ||
         std::find(options.kept.begin(), options.kept.end(), column) != options.kept.end();
}

// What is learnt from, as fields of a record.
Schema chosen_fields(std::vector<ColumnInfo>& columns, const CsvTable& table, size_t target,
                     const TableOptions& options, std::string_view where,
                     std::vector<std::string>& notes) {
  Schema out;
  if (options.feature_names.empty()) {
    std::vector<const ColumnInfo*> left;
    for (size_t c = 0; c < columns.size(); ++c) {
      if (c == target || is_kept(options, columns[c].name))
        continue;
      if (is_learnt_from(columns[c].kind))
        out.push_back(field_of(columns[c]));
      else
        left.push_back(&columns[c]);
    }
    if (!left.empty())
      notes.push_back(left_out(left, where));
    check_in(!out.empty(), ErrorKind::data, where,
             "holds no column to learn from besides the target '{}'", table.columns[target]);
    check_in(out.size() <= most_learnt_columns, ErrorKind::usage, where,
             "has {} columns to learn from, should have at most {}; data.columns names those that "
             "are wanted",
             out.size(), most_learnt_columns);
    return out;
  }
  check_in(options.feature_names.size() <= most_learnt_columns, ErrorKind::usage, where,
           "{} columns are named to learn from, should be at most {}", options.feature_names.size(),
           most_learnt_columns);
  std::unordered_set<size_t> named;
  for (const std::string& name : options.feature_names) {
    const size_t column = column_named(table, name, where);
    check_in(column != target, ErrorKind::usage, where,
             "column '{}' is the target, which cannot be among the columns to learn from", name);
    check_in(named.insert(column).second, ErrorKind::usage, where,
             "column '{}' is named twice among the columns to learn from", name);
    take_as_named(columns[column], where);
    out.push_back(field_of(columns[column]));
  }
  return out;
}

// Those of a model that is there.
Schema known_fields(const CsvTable& table, size_t target, const Schema& input,
                    std::string_view where) {
  const std::unordered_set<std::string_view> known(table.columns.begin(), table.columns.end());
  for (const Field& field : input) {
    if (!known.contains(field.name))
      fail(ErrorKind::usage, where, "{}", unknown_word("column", field.name, table.columns));
    check_in(field.name != table.columns[target], ErrorKind::usage, where,
             "column '{}' is the target, and the model learns from it", field.name);
  }
  return input;
}

// The rows in which no field is missing.
std::vector<int64_t> complete_rows(const CsvTable& table, const Schema& fields,
                                   std::string_view where, std::vector<std::string>& notes) {
  std::vector<bool> misses(size_t(table.rows()));
  for (const Field& field : fields)
    each_cell(table, column_named(table, field.name, where), [&](int64_t row, const RowCell& cell) {
      misses[size_t(row)] = misses[size_t(row)] || is_missing(cell);
    });
  std::vector<int64_t> out;
  for (size_t row = 0; row < misses.size(); ++row)
    if (!misses[row])
      out.push_back(int64_t(row));
  check_in(!out.empty(), ErrorKind::data, where,
           "every row lacks a cell, so data.impute = \"drop\" leaves none");
  if (out.size() == misses.size())
    return {};
  notes.push_back(fmt::format("{}: {} of {} rows lack a cell and are left out", where,
                              misses.size() - out.size(), misses.size()));
  return out;
}

// The cells of a column as they stand; keep: of these rows, empty: of all.
KeptColumn kept_column(const CsvTable& table, const std::string& name,
                       const std::vector<int64_t>& keep, std::string_view where) {
  KeptColumn out{.name = name, .cells = {}};
  const auto column = int64_t(column_named(table, name, where));
  if (keep.empty())
    each_cell(table, size_t(column),
              [&](int64_t, const RowCell& cell) { out.cells.emplace_back(cell.text); });
  for (const int64_t row : keep)
    out.cells.emplace_back(table.at(row, column));
  return out;
}

// For a model that was trained on arrays: its samples are rows of numbers.
Dataset as_array(const TableSource::Rows& rows, const SourceInfo& info) {
  for (const Field& field : rows.fields)
    check_in(field.kind != FieldKind::category, ErrorKind::data, info.name,
             "column '{}' holds words, and the model takes numbers", field.name);
  const int64_t n = rows.count;
  return from_tensors(Tensor::from(rows.values, {n, int64_t(rows.fields.size())}),
                      info.task == Task::classification ? Tensor::from(rows.labels, {n})
                                                        : Tensor::from(rows.targets, {n, 1}),
                      {.name = info.name,
                       .class_names = info.class_names,
                       .feature_names = info.feature_names,
                       .target_name = info.target_name,
                       .kept = info.kept,
                       .id = info.id,
                       .weights = info.weights,
                       .weight = info.weight,
                       .notes = info.notes});
}

Dataset table_of_text(CsvTable table, const std::string& where, const TableOptions& options) {
  const size_t target = target_column(table, options.target, options.guess_target, where);
  SourceInfo info;
  info.name = where;
  info.target_name = table.columns[target];
  info.notes = table.notes;

  const bool may_miss = options.recipe.has_value(),
             known = may_miss && is_table(options.recipe->input());
  const auto id = side_column(table, options.id, "data.id", target, options, may_miss, where),
             weight = side_column(table, options.weight, "data.weight", target, options, may_miss,
                                  where);
  const std::vector<std::string>& missing =
      known ? options.recipe->missing() : options.reading.missing;
  empty_missing(MissingWords(missing), id ? int64_t(*id) : -1, table);
  TableSource::Told told{
      .columns = {}, .dialect = table.dialect, .task_reason = {}, .missing = missing};
  Schema fields;
  if (known) {
    fields = known_fields(table, target, options.recipe->input(), where);
  } else {
    told.columns = tell_columns(table, {options.reading.kinds, options.reading.categorical}, where);
    fields = chosen_fields(told.columns, table, target, options, where, info.notes);
    check_sample_shape({int64_t(fields.size())}, options, where);
  }
  for (const Field& field : fields)
    info.feature_names.push_back(field.name);

  const bool fills = known && options.recipe->fills_missing();
  std::vector<int64_t> keep;
  if (options.reading.impute == "drop" && !fills)
    keep = complete_rows(table, fields, where, info.notes);
  if (options.reading.impute != "error")
    keep = rows_with_target(table, target, keep, where, info.notes);
  for (const std::string& name : options.kept)
    info.kept.push_back(kept_column(table, name, keep, where));
  if (id) {
    info.id = options.id;
    if (std::find(options.kept.begin(), options.kept.end(), options.id) == options.kept.end())
      info.kept.push_back(kept_column(table, options.id, keep, where));
  }
  if (weight) {
    info.weight = options.weight;
    info.weights = read_weights(table, *weight, keep, where);
  } else if (!options.weight.empty()) {
    info.notes.push_back(
        fmt::format("{}: there is no column '{}' (data.weight), so each row counts the same", where,
                    options.weight));
  }
  TableSource::Rows rows =
      rows_of(table, fields, fills || (options.reading.impute == "auto" && !options.recipe), keep,
              where, "; write one there or take the line out, or leave it out of data.columns");
  TargetValues values = read_target(table, target, keep, options, where, info.notes);
  info.task = values.task;
  info.class_names = std::move(values.class_names);
  rows.labels = std::move(values.labels);
  rows.targets = std::move(values.numbers);
  told.task_reason = std::move(values.reason);
  told.otherwise = std::move(values.otherwise);

  if (options.recipe && !known)
    return as_array(rows, info);
  const auto source =
      std::make_shared<const TableSource>(std::move(info), std::move(rows), std::move(told));
  if (options.recipe)
    return Dataset(source).with_recipe(*options.recipe);
  const Dataset plain(source);
  const Recipe recipe = (source->has_missing() ? table_recipe(source->schema()) : plain.recipe())
                            .with_missing(missing);
  return plain.with_recipe(recipe.needs_fit() ? recipe.fitted(plain) : recipe);
}

}  // namespace

Dataset csv_table(const std::string& path, const TableOptions& options) {
  return unpacked_name(path).ends_with(".jsonl")
             ? jsonl_table(path, options)
             : table_of_text(read_csv(path, options.reading.written), path, options);
}

Dataset jsonl_table(const std::string& path, const TableOptions& options) {
  return table_of_text(read_jsonl(path), path, options);
}

}  // namespace hebb::data
