#include "hebb/run/run_columns.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "hebb/base/check.h"
#include "hebb/base/lower_case.h"
#include "hebb/base/nearest.h"
#include "hebb/metrics/metric.h"
#include "hebb/run/run_task.h"

namespace hebb {
namespace {

constexpr std::array<std::string_view, 10> facts = {
    "run",     "state",      "epochs", "best_epoch", "steps",
    "seconds", "parameters", "data",   "samples",    "stopped"};

RunCell of_number(double value) {
  return {metric_text(value), value};
}
RunCell of_count(int64_t value) {
  return {std::to_string(value), double(value)};
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    return std::nullopt;
  return value;
}

// A value of a configuration without the quotes of a text.
RunCell of_key(std::string text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  return {text, number_in(text)};
}

std::optional<RunCell> fact_of(const RunRecord& run, std::string_view column) {
  const std::optional<RunResult> none, &result = run.info ? run.info->result : none;
  const DataPart* train = run.info ? run.info->part("train") : nullptr;
  if (column == "run")
    return RunCell{run.name};
  if (column == "state")
    return RunCell{std::string(name(run.state))};
  if (column == "epochs")
    return run.folds || run.state == RunState::damaged ? RunCell{} : of_count(run.epochs());
  if (column == "best_epoch")
    return result ? of_count(result->best_epoch) : RunCell{};
  if (column == "steps")
    return result                ? of_count(result->steps)
           : run.history.empty() ? RunCell{}
                                 : of_count(run.history.back().steps);
  if (column == "seconds")
    return result ? RunCell{fmt::format("{:.1f}", result->seconds), result->seconds} : RunCell{};
  if (column == "parameters")
    return run.info ? of_count(run.info->parameters) : RunCell{};
  if (column == "data")
    return train ? RunCell{train->name} : RunCell{};
  if (column == "samples")
    return train ? of_count(train->samples) : RunCell{};
  if (column == "stopped")
    return result ? RunCell{result->stopped} : run.info ? RunCell{run.info->diverged} : RunCell{};
  return std::nullopt;
}

// The keys that a column may mean: itself or train.COLUMN, or else all that end with .COLUMN.
std::vector<std::pair<std::string, std::string>> keys_meant(const RunRecord& run,
                                                            std::string_view column) {
  std::vector<std::pair<std::string, std::string>> out;
  if (!run.config)
    return out;
  const std::string end = "." + std::string(column);
  for (const auto& [key, value] : config_values(*run.config)) {
    if (key == column || key == "train." + std::string(column))
      return {{key, value}};
    if (key.ends_with(end))
      out.emplace_back(key, value);
  }
  return out;
}

void add_new(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end())
    names.push_back(name);
}

std::string_view without_part(std::string_view column) {
  for (const std::string_view part : {"val_", "test_"})
    if (column.starts_with(part))
      return column.substr(part.size());
  return column;
}

struct Condition {
  std::string column, value;
  std::string_view sign;
};

Condition parse_condition(const std::string& text) {
  const size_t at = text.find_first_of("=!<>~");
  check_in(at != std::string::npos && at > 0, ErrorKind::usage, "--filter",
           "'{}' should be COLUMN=VALUE, or with != < <= > >= or ~ (holds the text)", text);
  for (const std::string_view sign : {"!=", "<=", ">=", "==", "=", "<", ">", "~"}) {
    if (text.compare(at, sign.size(), sign) != 0)
      continue;
    const auto trimmed = [](std::string word) {
      word.erase(0, word.find_first_not_of(' '));
      word.erase(word.find_last_not_of(' ') + 1);
      return word;
    };
    return {trimmed(text.substr(0, at)), trimmed(text.substr(at + sign.size())),
            sign == "==" ? "=" : sign};
  }
  fail(ErrorKind::usage, "--filter", "'{}' has a single !, should have !=", text);
}

bool holds(const Condition& condition, const RunCell& cell) {
  const std::string_view sign = condition.sign;
  const std::optional<double> wanted = number_in(condition.value);
  if (sign == "~")
    return lower_case(cell.text).find(lower_case(condition.value)) != std::string::npos;
  if (sign == "=" || sign == "!=") {
    const bool same =
        cell.number && wanted ? *cell.number == *wanted : cell.text == condition.value;
    return same == (sign == "=");
  }
  check_in(wanted.has_value(), ErrorKind::usage, "--filter", "'{}' should be a number after {}",
           condition.value, sign);
  if (!cell.number)
    return false;
  if (sign == "<")
    return *cell.number < *wanted;
  if (sign == "<=")
    return *cell.number <= *wanted;
  return sign == ">" ? *cell.number > *wanted : *cell.number >= *wanted;
}

}  // namespace

RunCell cell_of(const RunRecord& run, std::string_view column) {
  if (const std::optional<RunCell> fact = fact_of(run, column))
    return *fact;
  const NamedValues metrics = run.metrics();
  if (const std::optional<double> value = find_value(metrics, column))
    return of_number(*value);
  const auto keys = keys_meant(run, column);
  return keys.size() == 1 ? of_key(keys[0].second) : RunCell{};
}

std::vector<std::string> columns_of_runs(const std::vector<RunRecord>& runs) {
  std::vector<std::string> out(facts.begin(), facts.end());
  for (const RunRecord& run : runs)
    for (const auto& [name, value] : run.metrics())
      add_new(out, name);
  for (const auto& [key, value] : config_values({}))
    out.push_back(key);
  return out;
}

void check_column(const std::vector<RunRecord>& runs, const std::string& column) {
  std::vector<std::string> known = columns_of_runs(runs);
  for (const std::string& name : {column, "train." + column})  // as in keys_meant
    if (std::find(known.begin(), known.end(), name) != known.end())
      return;
  std::vector<std::string> meant, ends;
  for (const std::string& name : known)
    if (name.ends_with("." + column))
      meant.push_back(name);
  if (meant.size() == 1)
    return;
  check_in(meant.empty(), ErrorKind::usage, "", "'{}' may be {}; name one of them", column,
           fmt::join(meant, " or "));
  for (const std::string& name : known)
    if (const size_t dot = name.rfind('.'); dot != std::string::npos)
      ends.push_back(name.substr(dot + 1));
  if (!nearest_words(column, ends).empty())  // else they would be listed beside the keys
    known.insert(known.end(), ends.begin(), ends.end());
  throw Error(ErrorKind::usage, "", unknown_word("column", column, known));
}

std::vector<std::string> usual_columns(const std::vector<RunRecord>& runs) {
  constexpr size_t most_measures = 5;
  std::vector<std::string> measures;
  for (const RunRecord& run : runs) {
    std::vector<std::string> wanted = {"val_loss"};
    if (run.config && run.info) {
      try {
        for (const ShownMeasure& shown : task_of_run(*run.config, *run.info).headline)
          for (const char* part : {"val_", "test_"})
            wanted.push_back(part + std::string(shown.name));
      } catch (const Error&) {}  // a task that this program does not know
    }
    const NamedValues metrics = run.metrics();
    for (const std::string& name : wanted)
      if (find_value(metrics, name) && measures.size() < most_measures)
        add_new(measures, name);
  }
  std::vector<std::string> out = {"run", "state", "epochs"};
  out.insert(out.end(), measures.begin(), measures.end());
  out.insert(out.end(), {"seconds", "data"});
  return out;
}

std::optional<bool> larger_is_better(std::string_view column) {
  const std::string_view name = without_part(column);
  if (name == "loss")
    return false;
  const std::optional<metrics::Better> better = metrics::better_of(name);
  return better ? std::optional(*better == metrics::Better::higher) : std::nullopt;
}

void sort_runs(std::vector<RunRecord>& runs, const std::string& column, bool reverse) {
  check_column(runs, column);
  const bool larger_first = larger_is_better(column).value_or(false) != reverse;
  struct Keyed {
    RunCell cell;
    size_t place;
  };
  std::vector<Keyed> order;
  for (size_t i = 0; i < runs.size(); ++i)
    order.push_back({cell_of(runs[i], column), i});
  const auto before = [&](const Keyed& a, const Keyed& b) {
    const auto nothing = [](const RunCell& cell) {
      return cell.text.empty() || (cell.number && std::isnan(*cell.number));
    };
    if (nothing(a.cell) || nothing(b.cell))
      return !nothing(a.cell) && nothing(b.cell);
    if (a.cell.number && b.cell.number)
      return larger_first ? *a.cell.number > *b.cell.number : *a.cell.number < *b.cell.number;
    if (a.cell.number || b.cell.number)
      return a.cell.number.has_value();
    return larger_first ? natural_less(b.cell.text, a.cell.text)
                        : natural_less(a.cell.text, b.cell.text);
  };
  std::stable_sort(order.begin(), order.end(), before);
  std::vector<RunRecord> out;
  for (const Keyed& keyed : order)
    out.push_back(std::move(runs[keyed.place]));
  runs = std::move(out);
}

void filter_runs(std::vector<RunRecord>& runs, const std::string& condition) {
  const Condition wanted = parse_condition(condition);
  check_column(runs, wanted.column);
  std::erase_if(runs,
                [&](const RunRecord& run) { return !holds(wanted, cell_of(run, wanted.column)); });
}

}  // namespace hebb
