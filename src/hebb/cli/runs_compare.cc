// hebb runs compare: differences of runs, their metrics and curves beside each other; hebb runs
// plot: a page of their curves.
#include "hebb/cli/runs_compare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/nearest.h"
#include "hebb/base/printable.h"
#include "hebb/base/terminal.h"
#include "hebb/cli/named_file.h"
#include "hebb/page/text_chart.h"
#include "hebb/page/text_table.h"
#include "hebb/run/run_comparison.h"

namespace hebb::cli {
namespace {

struct CompareOptions {
  std::vector<std::string> runs, curves;
  std::string html, plot;
};

// Folders of runs, or of folds, stand for the runs in them. Those that cannot be read are named and
// left out.
std::vector<RunRecord> named_runs(const std::vector<std::string>& names, const Global& global) {
  std::vector<RunRecord> out;
  for (const std::string& name : names) {
    std::vector<RunRecord> found = find_runs(name);
    check_in(!found.empty(), ErrorKind::usage, name, "holds no runs");
    for (RunRecord& record : found) {
      record.name = printable(record.path.string());
      say_trouble(record, global);
      const bool twice = std::any_of(out.begin(), out.end(), [&](const RunRecord& other) {
        return other.name == record.name;
      });
      if (!twice && record.state != RunState::damaged && record.state != RunState::folds)
        out.push_back(std::move(record));
    }
  }
  check_in(!out.empty(), ErrorKind::data, "", "none of these runs can be read");
  return out;
}

void check_page(const std::string& file) {
  const std::string ending = fs::path(file).extension().string();
  check_in(ending == ".html" || ending == ".htm", ErrorKind::usage, file,
           "should end with .html, which is what is written into it");
  check_output_file(file);
}

std::string table_of(const RunComparison& c, const std::vector<ComparedRow>& rows, bool numbers) {
  std::vector<page::TextColumn> table(1);
  for (const ComparedRow& row : rows)
    table[0].cells.push_back(row.name);
  for (size_t run = 0; run < c.runs.size(); ++run) {
    page::TextColumn column{.name = c.runs[run], .cells = {}, .right = numbers};
    for (const ComparedRow& row : rows) {
      const bool best = std::find(row.best.begin(), row.best.end(), run) != row.best.end();
      const std::string text = row.cells[run].empty() ? "-" : printable(row.cells[run]);
      column.cells.push_back(numbers ? text + (best ? " *" : "  ") : text);
    }
    table.push_back(std::move(column));
  }
  return page::text_table(table, terminal_of(stdout).redraws ? 48 : 1000);
}

// What is drawn: validation where there is one, else training. Unless curves are named, the loss
// and the first metric.
std::vector<const ComparedCurves*> chosen_curves(const RunComparison& c,
                                                 const std::vector<std::string>& names) {
  std::vector<const ComparedCurves*> out;
  if (names.empty()) {
    for (const ComparedCurves& curves : c.curves)
      if (curves.name != "lr" && out.size() < 2)
        out.push_back(&curves);
    return out;
  }
  for (const std::string& name : names) {
    const auto found =
        std::find_if(c.curves.begin(), c.curves.end(),
                     [&](const ComparedCurves& curves) { return curves.name == name; });
    if (found == c.curves.end()) {
      std::vector<std::string> known;
      for (const ComparedCurves& curves : c.curves)
        known.push_back(curves.name);
      throw Error(ErrorKind::usage, "--curves", unknown_word("curve", name, known));
    }
    out.push_back(&*found);
  }
  return out;
}

void print_curves(const RunComparison& c, const std::vector<std::string>& names) {
  const Terminal terminal = terminal_of(stdout);
  for (const ComparedCurves* curves : chosen_curves(c, names)) {
    const bool validated = std::any_of(curves->validation.begin(), curves->validation.end(),
                                       [](const auto& values) { return !values.empty(); });
    std::vector<page::TextLine> lines;
    for (size_t run = 0; run < c.runs.size(); ++run)
      lines.push_back({c.runs[run], validated ? curves->validation[run] : curves->train[run]});
    const std::string chart = page::text_chart(
        lines,
        {.columns = terminal.columns, .braille = terminal.redraws, .colours = terminal.colours});
    if (!chart.empty())
      std::printf("\n%s of %s\n%s", curves->name.c_str(),
                  validated ? "the validation part" : "training", chart.c_str());
  }
}

Json row_json(const std::vector<ComparedRow>& rows, const RunComparison& c) {
  Json out = Json::object();
  for (const ComparedRow& row : rows)
    for (size_t run = 0; run < c.runs.size(); ++run)
      out[row.name][c.runs[run]] = row.cells[run].empty() ? Json(nullptr) : Json(row.cells[run]);
  return out;
}

Json metrics_json(const std::vector<RunRecord>& runs) {
  Json out = Json::object();
  for (const RunRecord& run : runs)
    for (const auto& [name, value] : run.metrics())
      out[name][run.name] = finite_or_null(value);
  return out;
}

void compare(const CompareOptions& options, const Global& global) {
  if (!options.html.empty())
    check_page(options.html);
  const std::vector<RunRecord> runs = named_runs(options.runs, global);
  const RunComparison c = compare_runs(runs);
  if (!options.html.empty())
    write_file_atomic(options.html, comparison_html(c, ComparisonPage::whole));
  if (global.json)
    return print_json(Json{{"runs", c.runs},
                           {"differences", row_json(c.differences, c)},
                           {"metrics", metrics_json(runs)},
                           {"page", options.html.empty() ? Json(nullptr) : Json(options.html)}});
  if (c.differences.empty())
    print_line("no differences of configuration and data");
  else
    std::printf("differences\n%s", indented(table_of(c, c.differences, false)).c_str());
  if (!c.metrics.empty())
    std::printf("\nmetrics (* the best)\n%s", indented(table_of(c, c.metrics, true)).c_str());
  print_curves(c, options.curves);
  if (!options.html.empty() && !global.quiet)
    print_line("\npage: " + options.html);
}

void plot(const CompareOptions& options, const Global& global) {
  check_page(options.plot);
  const RunComparison c = compare_runs(named_runs(options.runs, global));
  check_in(!c.curves.empty(), ErrorKind::usage, options.runs.front(),
           "no epoch is done yet, so there is nothing to draw");
  write_file_atomic(options.plot, comparison_html(c, ComparisonPage::curves));
  if (global.json)
    return print_json(Json{{"runs", c.runs}, {"page", options.plot}});
  if (!global.quiet)
    print_line(options.plot);
}

}  // namespace

Json run_json(const RunRecord& run) {
  Json out = {{"run", run.name},
              {"path", run.path.string()},
              {"state", std::string(name(run.state))},
              {"trouble", run.trouble}};
  if (run.folds) {
    out["folds"] = run.folds->folds;
    Json measures = Json::object();
    for (const auto& [name, measure] : run.folds->metrics)
      measures[name] = fields::to_json(measure);
    out["measures"] = measures;
    return out;
  }
  out["epochs"] = run.epochs();
  Json metrics = Json::object(), config = Json::object(), data = Json::array();
  for (const auto& [name, value] : run.metrics())
    metrics[name] = finite_or_null(value);
  out["metrics"] = metrics;
  if (run.info) {
    if (const auto& result = run.info->result) {
      out["best_epoch"] = result->best_epoch;
      out["steps"] = result->steps;
      out["seconds"] = finite_or_null(result->seconds);
      out["stopped"] = result->stopped.empty() ? Json(nullptr) : Json(result->stopped);
    } else if (!run.info->diverged.empty()) {
      out["stopped"] = run.info->diverged;
    }
    out["parameters"] = run.info->parameters;
    for (const DataPart& part : run.info->data)
      data.push_back(fields::to_json(part));
    out["data"] = data;
  }
  if (run.config)
    for (const auto& [key, value] : config_values(*run.config))
      if (!value.empty())
        config[key] = value;
  out["config"] = config;
  return out;
}

void say_trouble(const RunRecord& run, const Global& global) {
  if (!global.quiet && !run.trouble.empty())
    say_line(fmt::format("note: {}", fmt::join(run.trouble, "; ")));
}

std::string indented(const std::string& lines) {
  std::string out;
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = std::min(lines.find('\n', begin), lines.size() - 1);
    out += "  " + lines.substr(begin, end + 1 - begin);
    begin = end + 1;
  }
  return out;
}

void add_runs_compare_commands(Command& runs, const Global& global) {
  const auto options = std::make_shared<CompareOptions>();
  Command compares =
      runs.add("compare", "where configurations differ, and metrics and curves beside each other");
  compares.option("runs", options->runs, "run folders, or folders of runs")
      .required()
      .type_name("RUN");
  compares.option("--html", options->html, "write a page of it, too").type_name("FILE.html");
  compares
      .option("--curves", options->curves,
              "which to draw: loss,accuracy (default: the loss and the first metric)")
      .comma_separated();
  compares.example("hebb runs compare runs/fashion-1 runs/fashion-2 --html both.html");
  compares.run([options, &global] { compare(*options, global); });

  Command plots = runs.add("plot", "a page with the curves of runs");
  plots.option("runs", options->runs, "run folders, or folders of runs")
      .required()
      .type_name("RUN");
  plots.option("-o,--out", options->plot, "the page").required().type_name("FILE.html");
  plots.example("hebb runs plot runs -o curves.html");
  plots.run([options, &global] { plot(*options, global); });
}

}  // namespace hebb::cli
