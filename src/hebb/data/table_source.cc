#include "hebb/data/table_source.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "hebb/base/check.h"
#include "hebb/base/xxh64.h"
#include "hebb/data/cell.h"
#include "hebb/data/in_parallel.h"
#include "hebb/data/table_row.h"
#include "hebb/data/text_hash.h"

namespace hebb::data {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

// Gives words their numbers, in the order in which they come.
class Numbering {
 public:
  explicit Numbering(std::vector<std::string>& words) : words_(words) {}
  double of(std::string_view word) {
    const auto found = numbers_.find(word);
    if (found != numbers_.end())
      return found->second;
    const auto number = double(words_.size());
    words_.emplace_back(word);
    numbers_.emplace(word, number);
    return number;
  }

 private:
  std::vector<std::string>& words_;
  TextMap<double> numbers_;
};

}  // namespace

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

void TableSource::read_record(int64_t index, Record& record) const {
  const size_t columns = rows_.fields.size();
  if (record.values.size() != columns || record.values[0].first != rows_.fields[0].name) {
    record.values.clear();
    for (const Field& field : rows_.fields)
      record.add(field.name);
  }
  const double* row = in_f64(index);
  for (size_t c = 0; c < columns; ++c) {
    Value& value = record.values[c].second;
    if (rows_.fields[c].kind != FieldKind::category) {
      value.refer(f64, {}, row + c);
      continue;
    }
    const std::string_view word =
        std::isnan(row[c]) ? std::string_view() : rows_.words[c][size_t(row[c])];
    value.refer(u8, {int64_t(word.size())}, word.data());
  }
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

// As of a tensor with these values; words come behind it.
uint64_t TableSource::hash() const {
  Xxh64 sum;
  const std::string_view dtype = name(info_.dtype);
  sum.add(dtype.data(), dtype.size());
  for (const int64_t size : {info_.size, int64_t(rows_.fields.size())})
    sum.add(&size, sizeof size);
  const auto add = [&](const auto& values) {
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
  return sum.value();
}

const TableSource* table_of(const Dataset& dataset) {
  return dynamic_cast<const TableSource*>(&dataset.source());
}

TableSource::Rows rows_of(const CsvTable& table, const Schema& fields, bool may_miss,
                          const std::vector<int64_t>& keep, std::string_view where,
                          std::string_view more) {
  TableSource::Rows out;
  out.fields = fields;
  out.count = keep.empty() ? table.rows() : int64_t(keep.size());
  std::unordered_map<std::string_view, size_t> place;
  for (size_t c = 0; c < table.columns.size(); ++c)
    place.emplace(table.columns[c], c);
  out.words.resize(fields.size());
  out.values.resize(size_t(out.count) * fields.size());
  in_parallel(int64_t(fields.size()), 1, [&](int64_t begin, int64_t end) {
    for (auto f = size_t(begin); f < size_t(end); ++f) {
      const Field& field = fields[f];
      Numbering numbering(out.words[f]);
      std::string scratch;
      size_t kept = 0;
      each_cell(table, place.at(field.name), [&](int64_t row, const RowCell& cell) {
        if (!keep.empty() && (kept == keep.size() || keep[kept] != row))
          return;
        double& value = out.values[kept++ * fields.size() + f];
        const std::string trouble = cell_trouble(cell, field, may_miss, value, more);
        check_in(trouble.empty(), ErrorKind::data, where, "line {}: column '{}' {}",
                 table.line(row), field.name, trouble);
        if (field.kind == FieldKind::category)
          value = is_missing(cell) ? no_number : numbering.of(category_of(cell, scratch));
      });
    }
  });
  return out;
}

}  // namespace hebb::data
