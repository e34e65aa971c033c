#include "hebb/data/table_source.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "hebb/base/check.h"
#include "hebb/base/memory.h"
#include "hebb/base/xxh64.h"
#include "hebb/data/cell.h"
#include "hebb/data/in_parallel.h"
#include "hebb/data/table_row.h"
#include "hebb/data/word_numbers.h"

namespace hebb::data {

TableSource::TableSource(SourceInfo info, Rows rows, Told told)
    : rows_(std::move(rows)), told_(std::move(told)) {
  info_ = std::move(info);
  info_.dtype = f32;
  info_.sample_shape = {int64_t(rows_.fields.size())};
  info_.size = rows_.count;
  if (info_.task == Task::regression)
    info_.target_shape = {1};
  has_missing_ = std::any_of(rows_.values.begin(), rows_.values.end(),
                             [](double value) { return std::isnan(value); });
}

Schema TableSource::schema() const {
  Schema out = rows_.fields;
  out.push_back(target_schema());
  return out;
}

void TableSource::read_records(std::span<const int64_t> indices, Record& record) const {
  const size_t columns = rows_.fields.size();
  if (record.values.size() != columns || record.values[0].first != rows_.fields[0].name) {
    record.values.clear();
    for (const Field& field : rows_.fields)
      record.add(field.name);
  }
  for (size_t c = 0; c < columns; ++c) {
    Value& value = record.values[c].second;
    if (rows_.fields[c].kind == FieldKind::category)
      read_words(indices, c, value);
    else
      read_numbers(indices, c, value);
  }
}

void TableSource::read_numbers(std::span<const int64_t> indices, size_t column,
                               Value& value) const {
  if (indices.size() == 1)
    return value.refer(f64, {}, in_f64(indices[0]) + column);
  auto* to = static_cast<double*>(value.make(f64, {}, int64_t(indices.size())));
  for (const int64_t index : indices)
    *to++ = in_f64(index)[column];
}

void TableSource::read_words(std::span<const int64_t> indices, size_t column, Value& value) const {
  const std::vector<std::string>& words = rows_.words[column];
  const auto word = [&](int64_t index) {
    const double place = in_f64(index)[column];
    return std::isnan(place) ? std::string_view() : std::string_view(words[size_t(place)]);
  };
  if (indices.size() == 1) {
    const std::string_view one = word(indices[0]);
    return value.refer(u8, {int64_t(one.size())}, one.data());
  }
  std::transform(indices.begin(), indices.end(), value.make_texts(int64_t(indices.size())).begin(),
                 word);
}

void TableSource::read(int64_t index, void* to) const {
  std::copy_n(in_f64(index), rows_.fields.size(), static_cast<float*>(to));
}

const double* TableSource::in_f64(int64_t index) const {
  return rows_.values.data() + size_t(index) * rows_.fields.size();
}

const double* TableSource::target_in_f64(int64_t index) const {
  return rows_.targets.empty() ? nullptr : rows_.targets.data() + index;
}

int64_t TableSource::label(int64_t index) const {
  return rows_.labels[size_t(index)];
}

void TableSource::target(int64_t index, float* to) const {
  *to = float(rows_.targets[size_t(index)]);
}

std::string TableSource::sample_name(int64_t index) const {
  return fmt::format("line {}", rows_.lines[size_t(index)]);
}

// As of a tensor with these values; words come behind it.
uint64_t TableSource::hash() const {
  Xxh64 sum;
  const std::string_view dtype = name(info_.dtype);
  sum.add(dtype.data(), dtype.size());
  for (const int64_t size : {info_.size, int64_t(rows_.fields.size())})
    sum.add(&size, sizeof size);
  const auto add = [&](const auto& values) {
    if (!values.empty())
      sum.add(values.data(), values.size() * sizeof values[0]);
  };
  add(rows_.values);
  info_.task == Task::classification ? add(rows_.labels) : add(rows_.targets);
  for (const auto& words : rows_.words)
    for (const std::string& word : words) {
      const auto size = int64_t(word.size());
      sum.add(&size, sizeof size);
      sum.add(word.data(), word.size());
    }
  add(info_.weights);
  return sum.value();
}

const TableSource* table_of(const Dataset& dataset) {
  return dynamic_cast<const TableSource*>(&dataset.source());
}

namespace {

// The first cell of some columns that cannot be used.
struct BadCell {
  int64_t row = std::numeric_limits<int64_t>::max();
  size_t field = 0;
  std::string trouble = {};
};

}  // namespace

TableSource::Rows rows_of(const CsvTable& table, const Schema& fields, bool may_miss,
                          const std::vector<int64_t>& keep, std::string_view where,
                          std::string_view more) {
  TableSource::Rows out;
  out.fields = fields;
  out.count = keep.empty() ? table.rows() : int64_t(keep.size());
  out.lines.reserve(size_t(out.count));
  for (int64_t i = 0; i < out.count; ++i)
    out.lines.push_back(table.line(keep.empty() ? i : keep[size_t(i)]));
  std::unordered_map<std::string_view, size_t> place;
  for (size_t c = 0; c < table.columns.size(); ++c)
    place.emplace(table.columns[c], c);
  out.words.resize(fields.size());
  reserve_large(out.values, size_t(out.count) * fields.size());
  out.values.resize(size_t(out.count) * fields.size());
  const auto n = int64_t(fields.size());
  std::vector<BadCell> bad(fields.size());  // of the columns that begin there
  in_parallel(n, columns_together(n), [&](int64_t begin, int64_t end) {
    BadCell& first = bad[size_t(begin)];
    std::vector<size_t> columns;
    for (int64_t f = begin; f < end; ++f)
      columns.push_back(place.at(fields[size_t(f)].name));
    std::vector<WordNumbers> numbers(columns.size());
    std::vector<size_t> kept(columns.size());  // rows
    std::string scratch;
    each_cell(table, columns, [&](size_t i, int64_t row, const RowCell& cell) {
      if (!keep.empty() && (kept[i] == keep.size() || keep[kept[i]] != row))
        return;
      const size_t f = size_t(begin) + i;
      double& value = out.values[kept[i]++ * fields.size() + f];
      if (fields[f].kind == FieldKind::category && !is_missing(cell)) {
        const std::string_view word = category_of(cell, scratch);
        const int64_t number = numbers[i].add(word);
        if (size_t(number) == out.words[f].size())
          out.words[f].emplace_back(word);
        value = double(number);
        return;
      }
      std::string trouble = cell_trouble(cell, fields[f], may_miss, value, more);
      if (!trouble.empty() && row < first.row)
        first = {.row = row, .field = f, .trouble = std::move(trouble)};
    });
  });
  const auto first = std::min_element(
      bad.begin(), bad.end(), [](const BadCell& a, const BadCell& b) { return a.row < b.row; });
  if (first != bad.end() && !first->trouble.empty())
    fail(ErrorKind::data, where, "line {}: column '{}' {}", table.line(first->row),
         fields[first->field].name, first->trouble);
  return out;
}

}  // namespace hebb::data
