// folds.json: what the runs of all folds came to together. It stands beside their folders, fold-0,
// fold-1, ...
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"

namespace hebb {

// One measure over the folds.
struct FoldsMeasure {
  double mean = 0;
  double std = 0;              // by n - 1; NaN of one fold
  std::vector<double> values;  // of each fold that is finished
  HEBB_FIELDS(mean, std, values)
};

struct FoldsSummary {
  int64_t format = 1;
  int64_t folds = 0;
  std::vector<std::string> finished = {};  // folders beside the file, in the order of `values`
  std::vector<std::pair<std::string, FoldsMeasure>> metrics = {};
  HEBB_FIELDS(format, folds, finished, metrics)
};

inline constexpr const char* folds_file = "folds.json";

FoldsMeasure measure_of(const std::vector<double>& values);
void write_folds_summary(const std::filesystem::path& folder, const FoldsSummary& summary);
// Error (data): damaged, or values that cannot be.
FoldsSummary read_folds_summary(const std::filesystem::path& folder);

}  // namespace hebb
