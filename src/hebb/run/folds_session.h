// One configuration trained on every fold of its data: a run for each, and what they came to
// together. What `hebb train --folds` does.
#pragma once

#include <cstdint>
#include <filesystem>

#include "hebb/run/folds_summary.h"
#include "hebb/run/session.h"

namespace hebb {

struct FoldsResult {
  std::filesystem::path folder;  // holds fold-0, fold-1, ... and folds.json
  FoldsSummary summary;
};

// folds: at least 2. Shares that config.data.split had leave the validation part: as large a share
// of what is not in the test. The folder is options.out, else runs/STEM-N; with options.resume
// folds that are finished are left as they are. The summary is written after every fold. Errors:
// those of train_run; a folder with something else in it (usage).
FoldsResult train_folds(const Config& config, int64_t folds, const SessionOptions& options);

// check_run of the first fold.
SessionCheck check_folds(const Config& config, int64_t folds, const SessionOptions& options);

}  // namespace hebb
