// What there is to know of a run by its folder, for lists and comparisons. Looking at a folder
// never fails: what is damaged or half written is said in one line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/run/config.h"
#include "hebb/run/folds_summary.h"
#include "hebb/run/model_info.h"
#include "hebb/train/epoch_log.h"

namespace hebb {

enum class RunState : uint8_t {
  running,   // a process trains in it now
  stopped,   // it has begun, and --resume goes on with it
  diverged,  // its loss or weights stopped being numbers: it needs another configuration
  finished,  // it has its result
  folds,     // no run itself: what its folders fold-0, fold-1, ... came to together
  damaged    // a file of it cannot be read, or is missing
};
std::string_view name(RunState state);

struct RunRecord {
  std::filesystem::path path;
  std::string name;  // by which lists show it: the path below the folder that was looked at
  RunState state = RunState::stopped;
  std::vector<std::string> trouble = {};  // a line each; also of runs that can be used all the same
  std::optional<Config> config = {};      // with the task that the run has
  std::optional<ModelInfo> info = {};
  std::optional<FoldsSummary> folds = {};
  std::vector<EpochLog> history = {};

  // Of the kept epoch and the test part where the run is finished, else of its last epoch; of folds
  // their means.
  NamedValues metrics() const;
  int64_t epochs() const;  // that are done
};

// Whether a folder has a file of a run, or of folds; whole or not.
bool looks_like_run(const std::filesystem::path& folder);

RunRecord look_at_run(const std::filesystem::path& folder, const std::string& shown_as);

// The runs in a folder and in the folders directly below it, in the order of their names ("iris-2"
// before "iris-10"); the folder itself where it is one. Error (usage): there is no such folder.
std::vector<RunRecord> find_runs(const std::filesystem::path& folder);

// "iris-2" before "iris-10".
bool natural_less(std::string_view a, std::string_view b);

}  // namespace hebb
