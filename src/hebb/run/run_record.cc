#include "hebb/run/run_record.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/formats/csv_number.h"
#include "hebb/run/run_folder.h"
#include "hebb/run/run_task.h"
#include "hebb/train/csv_log.h"

namespace hebb {
namespace {

bool there_is(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// Reads one file; what is wrong with it becomes a line.
template <class F>
void try_to(RunRecord& record, F&& f) {
  try {
    f();
  } catch (const Error& error) {
    record.trouble.push_back(error.where().empty() ? error.message()
                                                   : error.where() + ": " + error.message());
  }
}

RunRecord look_at_folds(const fs::path& folder, RunRecord out) {
  out.state = RunState::folds;
  try_to(out, [&] { out.folds = read_folds_summary(folder); });
  if (!out.folds)
    out.state = RunState::damaged;
  return out;
}

// What the configuration left to the targets and the model, as its other keys have it.
void resolve_task(Config& config, const ModelInfo& info) {
  try {
    if (config.train.task.empty())
      config.train.task = task_of_run(config, info).name;
  } catch (const Error&) {}  // a task that this program does not know
}

void look_below(const fs::path& folder, const std::string& shown_as, int levels,
                std::vector<RunRecord>& out) {
  std::vector<fs::path> inside;
  try {
    inside = entries_of(folder);
  } catch (const Error& error) {
    out.push_back({.path = folder,
                   .name = shown_as,
                   .state = RunState::damaged,
                   .trouble = {error.where() + ": " + error.message()}});
    return;
  }
  std::sort(inside.begin(), inside.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().string(), b.filename().string());
  });
  for (const fs::path& path : inside) {
    std::error_code error;
    const std::string file = path.filename().string();
    if (file.starts_with('.') || fs::is_symlink(path, error) || !fs::is_directory(path, error))
      continue;
    const std::string shown = shown_as.empty() ? file : shown_as + "/" + file;
    const bool run = looks_like_run(path);
    if (run)
      out.push_back(look_at_run(path, shown));
    if (levels > 1 && (!run || out.back().state == RunState::folds))
      look_below(path, shown, levels - 1, out);
  }
}

}  // namespace

std::string_view name(RunState state) {
  constexpr std::string_view names[] = {"running",  "stopped", "diverged",
                                        "finished", "folds",   "damaged"};
  return names[size_t(state)];
}

NamedValues RunRecord::metrics() const {
  if (info && info->result)
    return info->result->metrics;
  if (folds) {
    NamedValues out;
    for (const auto& [name, measure] : folds->metrics)
      out.emplace_back(name, measure.mean);
    return out;
  }
  return history.empty() ? NamedValues{} : history.back().values;
}

int64_t RunRecord::epochs() const {
  return info && info->result ? info->result->epochs : int64_t(history.size());
}

bool looks_like_run(const fs::path& folder) {
  const RunFolder run{folder};
  return there_is(run.config()) || there_is(run.model()) || there_is(run.checkpoints()) ||
         there_is(folder / folds_file);
}

RunRecord look_at_run(const fs::path& folder, const std::string& shown_as) {
  RunRecord out{.path = folder, .name = shown_as};
  const RunFolder run{folder};
  if (there_is(folder / folds_file) && !there_is(run.model()))
    return look_at_folds(folder, std::move(out));
  const bool running = is_being_trained(run);
  if (there_is(run.config()))
    try_to(out, [&] {
      out.config = parse_config(read_file(run.config(), 16 << 20), run.config().string());
    });
  else
    out.trouble.push_back(run.config().string() + ": is missing");
  if (there_is(run.model()))
    try_to(out, [&] { out.info = read_model_info(run.model()); });
  else
    out.trouble.push_back(run.model().string() +
                          ": is missing; the run was stopped before its first step");
  if (there_is(run.metrics()))
    try_to(out, [&] { out.history = read_metrics_csv(run.metrics()); });
  const bool whole = out.config && out.info;
  if (whole)
    resolve_task(*out.config, *out.info);
  out.state = running                       ? RunState::running
              : !whole                      ? RunState::damaged
              : out.info->result            ? RunState::finished
              : !out.info->diverged.empty() ? RunState::diverged
                                            : RunState::stopped;
  if (running && !out.info)
    out.trouble.clear();  // it is about to be written
  if (out.state == RunState::finished && !there_is(run.weights()))
    out.trouble.push_back(run.weights().string() +
                          ": is missing; --resume restores it from the last checkpoint");
  return out;
}

std::vector<RunRecord> find_runs(const fs::path& folder) {
  std::error_code error;
  check_in(there_is(folder), ErrorKind::usage, folder.string(),
           "there is no such folder; `hebb train` makes runs/NAME-1");
  check_in(fs::is_directory(folder, error), ErrorKind::usage, folder.string(),
           "is a file, should be a folder of runs");
  std::vector<RunRecord> out;
  const RunFolder itself{folder};
  if (looks_like_run(folder)) {
    out.push_back(look_at_run(folder, folder.string()));
    if (out.back().state != RunState::folds)
      return out;
    look_below(folder, folder.string(), 1, out);
    return out;
  }
  look_below(folder, "", 2, out);
  return out;
}

bool natural_less(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const auto number = [](std::string_view& text) {
        while (text.size() > 1 && text[0] == '0' && is_digit(text[1]))
          text.remove_prefix(1);
        size_t n = 0;
        while (n < text.size() && is_digit(text[n]))
          ++n;
        const std::string_view digits = text.substr(0, n);
        text.remove_prefix(n);
        return digits;
      };
      const std::string_view x = number(a), y = number(b);
      if (x.size() != y.size())
        return x.size() < y.size();
      if (x != y)
        return x < y;
      continue;
    }
    if (a.front() != b.front())
      return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

}  // namespace hebb
