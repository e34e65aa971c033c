#include "hebb/cli/data_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "hebb/cli/commands.h"

namespace hebb::cli {
namespace {

// ": S 644, C 168, Q 77"
std::string frequent_words(const data::ColumnInfo& column) {
  constexpr size_t most = 3;
  if (!data::is_learnt_from(column.kind))
    return {};
  std::string out;
  for (size_t i = 0; i < std::min(most, column.frequent.size()); ++i)
    out += fmt::format("{}{} {}", i ? ", " : ": ", column.frequent[i].first,
                       column.frequent[i].second);
  return out + (column.frequent.size() > most ? ", ..." : "");
}

}  // namespace

void add_table(const data::TableSource& table, Json& out) {
  const auto& told = table.told();
  out["written"] = describe(told.dialect);
  out["task_reason"] = told.task_reason;
  if (!told.missing.empty())
    out["missing_words"] = told.missing;
  Json columns = Json::array();
  for (const data::ColumnInfo& column : told.columns) {
    Json item = {{"name", column.name},
                 {"kind", data::words_of(column.kind)[size_t(column.kind)]},
                 {"reason", column.reason},
                 {"missing", column.missing}};
    if (!column.perhaps_missing.empty())
      item["perhaps_missing"] = column.perhaps_missing;
    if (!column.frequent.empty()) {
      item["different"] = column.different;
      item["frequent"] = Json::object();
      for (const auto& [word, count] : column.frequent)
        item["frequent"][word] = count;
    }
    columns.push_back(item);
  }
  out["columns"] = columns;
}

void print_table(const data::Dataset& data, const data::TableSource& table,
                 const data::DatasetStats& stats) {
  const auto& told = table.told();
  print_line(fmt::format("  written: {}", describe(told.dialect)));
  if (!told.missing.empty())
    print_line(fmt::format("  missing: empty cells, NA, null, ?, ..., and {}",
                           data::quoted_list(told.missing)));
  print_line(fmt::format("  target:  {}: {}, as {}", data.target_name(),
                         data.task() == data::Task::classification ? "classes" : "a quantity",
                         told.task_reason));
  print_line(fmt::format("  {:20} {:10} {:>8} {:>11} {:>11} {:>11} {:>11}  {}", "column", "kind",
                         "missing", "mean", "std", "min", "max", "why"));
  std::unordered_map<std::string_view, size_t> learnt;  // their places
  for (const std::string& name : data.feature_names())
    learnt.emplace(name, learnt.size());
  for (const data::ColumnInfo& column : told.columns) {
    if (column.name == data.target_name())
      continue;
    const auto found = learnt.find(column.name);
    const size_t at = found == learnt.end() ? 0 : found->second;
    const bool numbers = found != learnt.end() && !std::isnan(stats.mean[at]) &&
                         column.kind == data::ColumnKind::number;
    std::string line =
        fmt::format("  {:20} {:10} {:>8}", column.name,
                    data::words_of(column.kind)[size_t(column.kind)], column.missing);
    line += numbers ? fmt::format(" {:11.5g} {:11.5g} {:11.5g} {:11.5g}", stats.mean[at],
                                  stats.std[at], stats.min[at], stats.max[at])
                    : fmt::format(" {:47}", "");
    print_line(line + "  " + column.reason + frequent_words(column) +
               (found == learnt.end() ? " (left out)" : ""));
  }
}

}  // namespace hebb::cli
