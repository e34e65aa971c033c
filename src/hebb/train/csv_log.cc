#include "hebb/train/csv_log.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/log.h"

namespace hebb {
namespace {

constexpr size_t enough = 1 << 16;  // bytes of waiting rows
constexpr const char* steps_file = "steps.csv";
constexpr const char* metrics_file = "metrics.csv";

// The head and those rows whose first column is at most `last`. Rows of steps 1 to `last` that are
// gone are nowhere else: it is said.
void cut_back(const fs::path& path, const std::string& head, int64_t last) {
  std::string kept = head;
  int64_t whole = 0;  // steps that follow on one another from the first
  if (last > 0 && path_exists(path)) {
    const std::string text = read_file(path);
    size_t begin = text.find('\n');
    while (begin != std::string::npos && ++begin < text.size()) {
      const size_t end = text.find('\n', begin);
      if (end == std::string::npos)
        break;  // a row that was cut off by a crash
      const int64_t step = std::strtoll(text.c_str() + begin, nullptr, 10);
      if (step <= last)
        kept.append(text, begin, end + 1 - begin);
      whole += step == whole + 1 && step <= last;
      begin = end;
    }
  }
  if (whole < last)
    warn(
        fmt::format("{}: rows are missing from step {} on, up to step {} of the checkpoint; the "
                    "run goes on without them",
                    path.string(), whole + 1, last));
  write_file_atomic(path, kept);
}

// Of a table: the newest epoch's, then those that were measured in earlier ones only.
std::vector<std::string> columns_of(const std::vector<EpochLog>& history) {
  std::vector<std::string> out;
  for (size_t i = history.size(); i-- > 0;)
    for (const auto& [name, value] : history[i].values)
      if (std::find(out.begin(), out.end(), name) == out.end())
        out.push_back(name);
  return out;
}

std::string head_of(const std::vector<std::string>& columns) {
  std::string text = "epoch,steps";
  for (const std::string& name : columns)
    text += "," + name;
  return text + "\n";
}

// A cell is empty where the epoch was not measured by it.
std::string row_of(const EpochLog& log, const std::vector<std::string>& columns) {
  std::string text = fmt::format("{},{}", log.epoch, log.steps);
  for (const std::string& name : columns) {
    const std::optional<double> value = find_value(log.values, name);
    text += value ? fmt::format(",{}", *value) : ",";
  }
  return text + "\n";
}

template <class T>
bool read_cell(const std::string& cell, T& value) {  // all of it; also "nan" and "inf"
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size();
}

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> out;
  for (size_t begin = 0; begin <= line.size();) {
    const size_t end = std::min(line.find(',', begin), line.size());
    out.emplace_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

}  // namespace

void CsvLog::train_begin(TrainState& state) {
  last_step_ = state.step;
  cut_back(folder_ / steps_file, "step,epoch,loss,lr\n", state.step);
  write_epochs(state.history);  // from the checkpoint: what it knows is what happened
}

void CsvLog::write_epochs(const std::vector<EpochLog>& history) {
  columns_ = columns_of(history);
  write_metrics_csv(folder_ / metrics_file, history);
}

void CsvLog::batch_end(TrainState& state) {
  if (state.step == last_step_)
    return;  // a batch that did not end in a step
  last_step_ = state.step;
  steps_ +=
      fmt::format("{},{},{},{}\n", state.step, state.epoch + 1, state.loss, state.optimizer.lr());
  if (steps_.size() > enough)
    flush();
}

CsvLog::~CsvLog() {
  try {
    flush();
  } catch (const Error&) {}  // the disk is full: whoever failed first has said so
}

void CsvLog::flush() {
  if (steps_.empty())
    return;
  append_to_file(folder_ / steps_file, steps_);
  steps_.clear();
}

void CsvLog::epoch_end(TrainState& state, EpochLog& log) {
  flush();
  const bool new_column = std::any_of(log.values.begin(), log.values.end(), [&](const auto& value) {
    return std::find(columns_.begin(), columns_.end(), value.first) == columns_.end();
  });
  if (new_column)
    return write_epochs(state.history);
  append_to_file(folder_ / metrics_file, row_of(log, columns_));
}

void write_metrics_csv(const fs::path& path, const std::vector<EpochLog>& history) {
  const std::vector<std::string> columns = columns_of(history);
  std::string text;
  if (!history.empty())
    text = head_of(columns);
  for (const EpochLog& log : history)
    text += row_of(log, columns);
  write_file_atomic(path, text);
}

std::vector<EpochLog> read_metrics_csv(const fs::path& path) {
  const std::string text = read_file(path, 256 << 20);
  std::vector<std::string> names;
  std::vector<EpochLog> out;
  for (size_t begin = 0, end;
       begin < text.size() && (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    const std::vector<std::string> cells =
        cells_of(std::string_view(text).substr(begin, end - begin));
    if (names.empty()) {
      check_in(cells.size() >= 2 && cells[0] == "epoch" && cells[1] == "steps", ErrorKind::data,
               path.string(),
               "is no table of epochs: its first line should begin with epoch,steps");
      names = cells;
      continue;
    }
    check_in(cells.size() == names.size(), ErrorKind::data, path.string(),
             "line {} has {} cells, should have {}", out.size() + 2, cells.size(), names.size());
    EpochLog log;
    for (size_t i = 0; i < cells.size(); ++i) {
      const bool counter = i < 2;
      if (!counter && cells[i].empty())
        continue;
      double value = 0;
      check_in(counter ? read_cell(cells[i], i == 0 ? log.epoch : log.steps)
                       : read_cell(cells[i], value),
               ErrorKind::data, path.string(), "line {}: {} is '{}', should be a number",
               out.size() + 2, names[i], cells[i]);
      if (!counter)
        log.values.emplace_back(names[i], value);
    }
    check_in(log.epoch == int64_t(out.size()) + 1, ErrorKind::data, path.string(),
             "line {} is of epoch {}, should be of {}", out.size() + 2, log.epoch, out.size() + 1);
    out.push_back(std::move(log));
  }
  return out;
}

}  // namespace hebb
