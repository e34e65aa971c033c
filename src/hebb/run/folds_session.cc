#include "hebb/run/folds_session.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/shell_word.h"
#include "hebb/run/run_record.h"
#include "hebb/run/split_setup.h"

namespace hebb {
namespace {

// The newest folder STEM-N that holds folds; empty: there is none.
fs::path newest_folds(const fs::path& runs, const std::string& stem) {
  fs::path newest;
  for (const fs::path& path : entries_of(runs)) {
    const std::string name = path.filename().string();
    if (name.starts_with(stem + "-") && holds_folds(path) &&
        (newest.empty() || natural_less(newest.filename().string(), name)))
      newest = path;
  }
  return newest;
}

fs::path folder_of_folds(const SessionOptions& options) {
  if (options.out.empty()) {
    const fs::path begun = options.resume ? newest_folds(options.runs, options.stem) : fs::path();
    return begun.empty() ? make_run(options.runs, options.stem).path : begun;
  }
  const fs::path& folder = options.out;
  check_in(!is_run(folder), ErrorKind::usage, folder.string(),
           "holds a run; the folds should have a folder of their own");
  const bool begun = holds_folds(folder);
  check_in(!begun || options.resume, ErrorKind::usage, folder.string(),
           "there are folds in this folder already; --resume goes on with them, another --out "
           "begins new ones");
  check_in(begun || is_empty_or_missing(folder), ErrorKind::usage, folder.string(),
           "is not empty and holds no folds; --out should name a new folder");
  make_folders(folder);
  return folder;
}

// Measures that every fold has.
FoldsSummary summary_of(int64_t folds, const std::vector<SessionResult>& results) {
  FoldsSummary out{.folds = folds};
  for (const SessionResult& result : results)
    out.finished.push_back(result.run.path.filename().string());
  if (results.empty())
    return out;
  for (const auto& [name, first] : results.front().result.metrics) {
    std::vector<double> values;
    for (const SessionResult& result : results)
      if (const std::optional<double> value = find_value(result.result.metrics, name))
        values.push_back(*value);
    if (values.size() == results.size())
      out.metrics.emplace_back(name, measure_of(values));
  }
  return out;
}

// config.data.split with so many folds, of which this one is the test.
Config with_fold(Config config, int64_t folds, int64_t fold) {
  SplitConfig split;
  if (const auto& given = config.data.split; given && given->by_shares())
    split.validation = given->validation / (given->train + given->validation);
  else if (given)
    split = *given;
  if (split.file.empty())
    split.folds = folds;
  split.fold = fold;
  config.data.split = split;
  return config;
}

// What can be wrong with the number of folds is found before anything is trained.
void check_number(const Config& config, int64_t folds) {
  check_in(folds >= 2, ErrorKind::usage, "folds", "{}, should be at least 2", folds);
  if (config.data.split)
    check_folds_of_file(*config.data.split, folds);
}

}  // namespace

SessionCheck check_folds(const Config& config, int64_t folds, const SessionOptions& options) {
  check_number(config, folds);
  return check_run(with_fold(config, folds, 0), options);
}

FoldsResult train_folds(const Config& config, int64_t folds, const SessionOptions& options) {
  check_number(config, folds);
  const fs::path folder = folder_of_folds(options);
  std::vector<SessionResult> results;
  FoldsResult out{.folder = folder, .summary = {}};
  for (int64_t fold = 0; fold < folds; ++fold) {
    SessionOptions one = options;
    one.out = fold_folder(folder, fold);
    one.resume = options.resume && path_exists(one.out);
    if (options.say)
      options.say(fmt::format("fold-{} ({} of {})", fold, fold + 1, folds));
    try {
      results.push_back(train_run(with_fold(config, folds, fold), one));
    } catch (const Error& error) {
      std::error_code ignored;
      if (fs::is_empty(folder, ignored))
        fs::remove(folder, ignored);  // nothing was begun
      if (error.kind() != ErrorKind::interrupted)
        throw;
      throw Error(
          error.kind(), error.where(), error.message(),
          fmt::format(
              "saved in {0}; to go on from there: {1} --out {2} --resume", folder.string(),
              options.command.empty() ? "hebb train CONFIG.toml --folds N" : options.command,
              shell_word(folder.string())));
    }
    out.summary = summary_of(folds, results);
    write_folds_summary(folder, out.summary);
  }
  return out;
}

}  // namespace hebb
