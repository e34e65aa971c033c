#include "hebb/run/run_comparison.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "hebb/base/version.h"
#include "hebb/page/chart.h"
#include "hebb/page/html.h"
#include "hebb/run/run_columns.h"

namespace hebb {
namespace {

using CellText = std::function<std::string(const RunRecord&)>;

ComparedRow row_of_runs(const std::string& name, const std::vector<RunRecord>& runs,
                        const CellText& text) {
  ComparedRow out{.name = name, .cells = {}};
  for (const RunRecord& run : runs)
    out.cells.push_back(text(run));
  return out;
}

bool differs(const ComparedRow& row) {
  return std::any_of(row.cells.begin(), row.cells.end(),
                     [&](const std::string& cell) { return cell != row.cells.front(); });
}

std::string version_of(const RunRecord& run, const std::string& what) {
  if (run.info)
    for (const auto& [name, version] : run.info->versions)
      if (name == what)
        return version;
  return {};
}

std::vector<ComparedRow> differences_of(const std::vector<RunRecord>& runs) {
  std::vector<ComparedRow> out;
  const auto add = [&](const std::string& name, const CellText& text) {
    if (ComparedRow row = row_of_runs(name, runs, text); differs(row))
      out.push_back(std::move(row));
  };
  for (const char* fact : {"state", "epochs", "parameters"})
    add(fact, [&](const RunRecord& run) { return cell_of(run, fact).text; });
  for (const auto& [key, usual] : config_values({}))
    add(key, [&, key = key](const RunRecord& run) { return cell_of(run, key).text; });
  for (const char* part : {"train", "validation", "test"})
    add(fmt::format("{} data", part), [&](const RunRecord& run) {
      const DataPart* data = run.info ? run.info->part(part) : nullptr;
      return data ? fmt::format("{}, {} samples, {}", data->name, data->samples, data->hash)
                  : std::string();
    });
  for (const char* what : {"hebb", "kernels", "compiler"})
    add(what, [&](const RunRecord& run) { return version_of(run, what); });
  return out;
}

void mark_best(ComparedRow& row, const std::vector<double>& values) {
  const std::optional<bool> larger = larger_is_better(row.name);
  if (!larger || !differs(row))
    return;
  double best = std::numeric_limits<double>::quiet_NaN();
  for (double value : values)
    if (!std::isnan(value) && (std::isnan(best) || (*larger ? value > best : value < best)))
      best = value;
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i] == best)
      row.best.push_back(i);
}

std::vector<ComparedRow> metrics_of(const std::vector<RunRecord>& runs) {
  std::vector<std::string> names;
  for (const RunRecord& run : runs)
    for (const auto& [name, value] : run.metrics())
      if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  std::vector<ComparedRow> out;
  for (const std::string& name : names) {
    std::vector<double> values;
    ComparedRow row{.name = name, .cells = {}};
    for (const RunRecord& run : runs) {
      const std::optional<double> value = find_value(run.metrics(), name);
      values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
      row.cells.push_back(value ? metric_text(*value) : "");
    }
    mark_best(row, values);
    out.push_back(std::move(row));
  }
  return out;
}

// Of one measure over the epochs; empty: the run has none.
std::vector<double> curve_of(const RunRecord& run, const std::string& name) {
  std::vector<double> out;
  bool any = false;
  for (const EpochLog& log : run.history) {
    const std::optional<double> value = find_value(log.values, name);
    any = any || value;
    out.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return any ? out : std::vector<double>{};
}

std::vector<ComparedCurves> curves_of_runs(const std::vector<RunRecord>& runs) {
  std::vector<std::string> names;
  for (const RunRecord& run : runs)
    for (const EpochLog& log : run.history)
      for (const auto& [name, value] : log.values) {
        const std::string plain = name.starts_with("val_") ? name.substr(4) : name;
        if (std::find(names.begin(), names.end(), plain) == names.end())
          names.push_back(plain);
      }
  std::vector<ComparedCurves> out;
  for (const std::string& name : names) {
    ComparedCurves curves{.name = name, .train = {}, .validation = {}};
    for (const RunRecord& run : runs) {
      curves.train.push_back(curve_of(run, name));
      curves.validation.push_back(curve_of(run, "val_" + name));
    }
    out.push_back(std::move(curves));
  }
  return out;
}

std::string html_table(const RunComparison& c, const std::vector<ComparedRow>& rows, bool numbers) {
  const char* kind = numbers ? " class=\"number\"" : "";
  std::string out = "<div class=\"scroll\"><table class=\"compared\"><thead><tr><th></th>";
  for (const std::string& run : c.runs)
    out += fmt::format("<th{}>{}</th>", kind, page::escape(run));
  out += "</tr></thead><tbody>";
  for (const ComparedRow& row : rows) {
    out += fmt::format("<tr><th scope=\"row\">{}</th>", page::escape(row.name));
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const bool best = std::find(row.best.begin(), row.best.end(), i) != row.best.end();
      const std::string text = row.cells[i].empty() ? "–" : page::escape(row.cells[i]);
      out += fmt::format("<td{}>{}</td>", kind,
                         best ? fmt::format("<span class=\"best\">{}</span>", text) : text);
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

std::string html_curves(const RunComparison& c) {
  std::string out = page::chart_legend(c.runs) + "<div class=\"charts\">";
  for (const ComparedCurves& curves : c.curves) {
    std::vector<page::ChartLine> lines;
    for (size_t i = 0; i < c.runs.size(); ++i) {
      const bool validated = !curves.validation[i].empty();
      if (!curves.train[i].empty())
        lines.push_back({.name = c.runs[i] + ", training",
                         .values = curves.train[i],
                         .colour = i,
                         .dashed = validated});
      if (validated)
        lines.push_back(
            {.name = c.runs[i] + ", validation", .values = curves.validation[i], .colour = i});
    }
    out += page::card(curves.name, page::lines_chart(curves.name, lines));
  }
  return out + "</div>";
}

}  // namespace

RunComparison compare_runs(const std::vector<RunRecord>& runs) {
  RunComparison out;
  if (runs.empty())
    return out;
  for (const RunRecord& run : runs)
    out.runs.push_back(run.name);
  out.differences = differences_of(runs);
  out.metrics = metrics_of(runs);
  out.curves = curves_of_runs(runs);
  return out;
}

std::string comparison_html(const RunComparison& c, ComparisonPage kind) {
  const std::string title = fmt::format("{}", fmt::join(c.runs, ", "));
  std::string body = fmt::format("<header><h1>{}</h1></header>\n",
                                 c.runs.size() == 1 ? page::escape(title) : "Runs compared");
  if (!c.curves.empty())
    body += page::section("Learning",
                          "Validation is drawn through; training is dashed where there is both.",
                          html_curves(c));
  if (kind == ComparisonPage::whole) {
    if (!c.metrics.empty())
      body +=
          page::section("Metrics", "The best of a row is bold.", html_table(c, c.metrics, true));
    body += page::section("Differences",
                          c.differences.empty() ? "Configurations and data are the same." : "",
                          c.differences.empty() ? "" : html_table(c, c.differences, false));
  }
  return page::document(title, body, fmt::format("hebb {}", version()));
}

}  // namespace hebb
