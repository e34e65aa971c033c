// hebb runs: the runs in a folder (list), one of them (show); several beside each other (compare,
// plot) are in runs_compare.cc.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "hebb/base/check.h"
#include "hebb/base/counted.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/printable.h"
#include "hebb/base/shell_word.h"
#include "hebb/base/terminal.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/runs_compare.h"
#include "hebb/page/text_table.h"
#include "hebb/run/run_columns.h"
#include "hebb/run/run_folder.h"

namespace hebb::cli {
namespace {

struct ListOptions {
  std::string folder = "runs", sort;
  std::vector<std::string> columns, filters;
  bool reverse = false;
};

void list(const ListOptions& options, const Global& global) {
  std::vector<RunRecord> runs = find_runs(options.folder);
  const std::vector<RunRecord> all = runs;  // what columns are known does not depend on filters
  for (const std::string& column : options.columns)
    check_column(all, column);
  if (!options.sort.empty())
    check_column(all, options.sort);
  for (const std::string& filter : options.filters)
    filter_runs(runs, filter);
  if (!options.sort.empty() && !runs.empty())
    sort_runs(runs, options.sort, options.reverse);
  else if (options.reverse)
    std::reverse(runs.begin(), runs.end());
  if (global.json) {
    Json out = Json::array();
    for (const RunRecord& run : runs) {
      Json json = run_json(run);
      for (const std::string& column : options.columns) {
        const RunCell cell = cell_of(run, column);
        json["columns"][column] = cell.number         ? finite_or_null(*cell.number)
                                  : cell.text.empty() ? Json(nullptr)
                                                      : Json(cell.text);
      }
      out.push_back(std::move(json));
    }
    return print_json(Json{{"folder", options.folder}, {"runs", out}});
  }
  if (all.empty())
    return print_line(fmt::format("{}: no runs", options.folder));
  if (runs.empty())
    return print_line(
        fmt::format("{}: none of {} runs is left by the filters", options.folder, all.size()));
  std::vector<std::string> names = options.columns.empty() ? usual_columns(runs) : options.columns;
  if (std::find(names.begin(), names.end(), "run") == names.end())
    names.insert(names.begin(), "run");
  std::vector<page::TextColumn> table;
  for (const std::string& name : names) {
    page::TextColumn column{.name = name, .cells = {}, .right = false};
    bool numbers = false, texts = false;
    for (const RunRecord& run : runs) {
      const RunCell cell = cell_of(run, name);
      numbers = numbers || cell.number;
      texts = texts || (!cell.number && !cell.text.empty());
      column.cells.push_back(printable(cell.text));
    }
    column.right = numbers && !texts;
    table.push_back(std::move(column));
  }
  const size_t widest = terminal_of(stdout).redraws ? 40 : 1000;
  std::fputs(page::text_table(table, widest).c_str(), stdout);
  for (const RunRecord& run : runs)
    say_trouble(run, global);
}

// loss, accuracy, ... of training, validation and test.
void print_metrics(const RunRecord& run) {
  const NamedValues metrics = run.metrics();
  std::vector<std::string> names;
  for (const auto& [name, value] : metrics) {
    std::string plain = name;
    for (const char* part : {"val_", "test_"})
      if (plain.starts_with(part))
        plain = plain.substr(std::string_view(part).size());
    if (std::find(names.begin(), names.end(), plain) == names.end())
      names.push_back(plain);
  }
  if (names.empty())
    return;
  std::vector<page::TextColumn> table = {{.name = "", .cells = names}};
  for (const auto& [title, part] :
       {std::pair("training", ""), std::pair("validation", "val_"), std::pair("test", "test_")}) {
    page::TextColumn column{.name = title, .cells = {}, .right = true};
    bool any = false;
    for (const std::string& name : names) {
      const std::optional<double> value = find_value(metrics, part + name);
      any = any || value;
      column.cells.push_back(value ? metric_text(*value) : "");
    }
    if (any)
      table.push_back(std::move(column));
  }
  print_line("\nmetrics" + std::string(run.info && run.info->result ? "" : " of the last epoch"));
  std::fputs(indented(page::text_table(table)).c_str(), stdout);
}

void print_folds(const RunRecord& run) {
  page::TextColumn name{.name = "measure", .cells = {}},
      mean{.name = "mean", .cells = {}, .right = true},
      std{.name = "deviation", .cells = {}, .right = true}, values{.name = "folds", .cells = {}};
  for (const auto& [measure, seen] : run.folds->metrics) {
    name.cells.push_back(measure);
    mean.cells.push_back(metric_text(seen.mean));
    std.cells.push_back(std::isnan(seen.std) ? "" : metric_text(seen.std));
    std::vector<std::string> each;
    for (double value : seen.values)
      each.push_back(metric_text(value));
    values.cells.push_back(fmt::format("{}", fmt::join(each, " ")));
  }
  print_line(fmt::format("{}: {} of {} folds are finished", run.path.string(),
                         run.folds->finished.size(), run.folds->folds));
  std::fputs(indented(page::text_table({name, mean, std, values}, 1000)).c_str(), stdout);
}

void print_facts(const RunRecord& run) {
  const ModelInfo& info = *run.info;
  const auto fact = [](const std::string& name, const std::string& value) {
    if (!value.empty())
      print_line(fmt::format("  {:14} {}", name, value));
  };
  for (const DataPart& part : info.data)
    fact(part.part, fmt::format("{}, {} samples, {}", part.name, counted(part.samples), part.hash));
  fact("task",
       info.labels.empty()
           ? info.task
           : fmt::format("{}, {} classes: {}", info.task, info.labels.size(),
                         page::cut_to(fmt::format("{}", fmt::join(info.labels, ", ")), 200)));
  fact("input",
       fmt::format(
           "{} {}{}", info.input.kind, to_string(info.input.shape),
           info.input.features.empty()
               ? ""
               : page::cut_to(fmt::format(": {}", fmt::join(info.input.features, ", ")), 200)));
  fact("preprocessing", fmt::format("{}", fmt::join(info.preprocessing, ", ")));
  fact("parameters", counted(info.parameters));
  fact("seed", fmt::format("{}, {} threads, {}", info.seed, info.threads, info.instruction_set));
}

void print_files(const RunRecord& run) {
  print_line("\nfiles");
  for (const fs::path& path : entries_of(run.path)) {
    std::error_code error;
    const std::string file = path.filename().string();
    if (fs::is_directory(path, error)) {
      std::vector<std::string> inside;
      for (const fs::path& entry : entries_of(path))
        inside.push_back(entry.filename().string());
      std::sort(inside.begin(), inside.end(), natural_less);
      print_line(fmt::format("  {:22} {}", file + "/",
                             page::cut_to(fmt::format("{}", fmt::join(inside, ", ")), 100)));
    } else {
      const uintmax_t bytes = fs::file_size(path, error);
      print_line(fmt::format("  {:22} {:>12} bytes", file, error ? "?" : counted(int64_t(bytes))));
    }
  }
}

void print_run(const RunRecord& run, const Global& global) {
  const std::string path = run.path.string();
  std::string line = fmt::format("{}: {}", path, name(run.state));
  if (run.info && run.info->result) {
    const RunResult& r = *run.info->result;
    line += fmt::format(", {} epochs, {} steps in {:.1f} s; best epoch {}{}", r.epochs, r.steps,
                        r.seconds, r.best_epoch,
                        r.stopped.empty() ? "" : fmt::format(" ({})", r.stopped));
  } else if (run.config) {
    line += fmt::format(", {} of {} epochs are done", run.epochs(), run.config->train.epochs);
  }
  print_line(line);
  if (run.state == RunState::diverged)
    print_line("  " + run.info->diverged);
  for (const std::string& trouble : run.trouble)
    print_line("  " + trouble);
  if (run.info)
    print_facts(run);
  print_metrics(run);
  if (run.config) {
    print_line("\nconfiguration, where it is not at its default");
    for (const std::string& key : changed_keys(*run.config))
      print_line("  " + key);
  }
  print_files(run);
  if (run.state == RunState::stopped && run.config)
    print_line(fmt::format("\nnext: {0} train {1}/config.toml --out {1} --resume   goes on with it",
                           global.program, shell_word(path)));
}

void show(const std::string& folder, const Global& global) {
  const fs::path path = folder;
  check_in(path_exists(path), ErrorKind::usage, folder, "there is no such run folder");
  check_in(looks_like_run(path), ErrorKind::usage, folder,
           "is not a run folder; `hebb runs list {}` shows the runs in it", shell_word(folder));
  const RunRecord run = look_at_run(path, folder);
  if (global.json) {
    Json out = run_json(run);
    Json files = Json::array();
    for (const fs::path& file : entries_of(path))
      files.push_back(file.filename().string());
    out["files"] = files;
    return print_json(out);
  }
  if (run.folds)
    return print_folds(run);
  print_run(run, global);
}

}  // namespace

void add_runs_command(Command& hebb, const Global& global) {
  Command runs = hebb.add("runs", "runs that are there: list, show, compare, plot");
  runs.require_command();

  const auto options = std::make_shared<ListOptions>();
  Command lists = runs.add("list", "the runs in a folder, a line each");
  lists.option("folder", options->folder, "a folder of runs (default: runs)").type_name("FOLDER");
  lists
      .option("--columns", options->columns,
              "what to show: metrics (val_loss), keys (train.optimizer), state, epochs, seconds, "
              "parameters, data, ...")
      .comma_separated();
  lists.option("--sort", options->sort, "the column to sort by: of a metric the best comes first")
      .type_name("COLUMN");
  lists.flag("--reverse", options->reverse, "the other way round");
  lists
      .option("--filter", options->filters,
              "only runs for which it holds: 'test_accuracy>0.9', 'optimizer~adam', "
              "'state=finished'; for several, --filter before each")
      .repeated()
      .type_name("CONDITION");
  lists.example(
      "hebb runs list --columns val_loss,train.optimizer --sort val_loss --filter "
      "'epochs>=5'");
  lists.run([options, &global] { list(*options, global); });

  const auto folder = std::make_shared<std::string>();
  Command shows =
      runs.add("show", "one run: where it stands, data, metrics, configuration, and files");
  shows.option("run", *folder, "a run folder").required().type_name("RUN");
  shows.run([folder, &global] { show(*folder, global); });

  add_runs_compare_commands(runs, global);
}

}  // namespace hebb::cli
