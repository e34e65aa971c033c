#include "hebb/data/table_weights.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/data/cell.h"
#include "hebb/data/table_target.h"

namespace hebb::data {
namespace {

void check_some_count(const std::vector<double>& weights, std::string_view where) {
  check_in(std::any_of(weights.begin(), weights.end(), [](double weight) { return weight > 0; }),
           ErrorKind::data, where, "every sample has the weight 0, so none counts");
}

}  // namespace

std::optional<size_t> side_column(const CsvTable& table, const std::string& name,
                                  std::string_view key, size_t target, const TableOptions& options,
                                  bool may_miss, std::string_view where) {
  if (name.empty())
    return std::nullopt;
  const std::vector<std::string>& learnt = options.feature_names;
  check_in(std::find(learnt.begin(), learnt.end(), name) == learnt.end(), ErrorKind::usage, key,
           "is '{}', which is among data.columns, those to learn from; it should be one of them",
           name);
  const auto found = std::find(table.columns.begin(), table.columns.end(), name);
  if (found == table.columns.end() && may_miss)
    return std::nullopt;
  const size_t column = column_named(table, name, where);
  check_in(column != target, ErrorKind::usage, key,
           "is '{}', which is the target; it should be another column", name);
  return column;
}

std::vector<double> read_weights(const CsvTable& table, size_t column,
                                 const std::vector<int64_t>& keep, std::string_view where) {
  std::vector<double> out;
  each_kept(table, column, keep, [&](int64_t row, const RowCell& cell) {
    check_in(is_number(cell) && cell.number >= 0 && f32_holds(cell.number), ErrorKind::data, where,
             "line {}: column '{}' is {}, should be a weight: a number of at least 0",
             table.line(row), table.columns[column], shown_cell(cell.text));
    out.push_back(cell.number);
  });
  check_some_count(out, where);
  return out;
}

void check_weights(const std::vector<double>& weights, int64_t samples, std::string_view where) {
  check_in(int64_t(weights.size()) == samples, ErrorKind::data, where,
           "there are {} weights for {} samples", weights.size(), samples);
  for (size_t i = 0; i < weights.size(); ++i)
    check_in(weights[i] >= 0 && f32_holds(weights[i]), ErrorKind::data, where,
             "the weight of sample {} is {}, should be a number of at least 0", i, weights[i]);
  check_some_count(weights, where);
}

}  // namespace hebb::data
