// Runs beside each other: where their configurations and data differ, their metrics, their curves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/run/run_record.h"

namespace hebb {

struct ComparedRow {
  std::string name;                // a key, a fact of the data, a metric
  std::vector<std::string> cells;  // of each run; empty: it has none
  std::vector<size_t> best = {};   // of a metric: the runs with the best value, where they differ
};

// A value per epoch for each run; empty: it has none.
struct ComparedCurves {
  std::string name;  // "loss"
  std::vector<std::vector<double>> train, validation;
};

struct RunComparison {
  std::vector<std::string> runs;
  std::vector<ComparedRow> differences, metrics;
  std::vector<ComparedCurves> curves;
};

RunComparison compare_runs(const std::vector<RunRecord>& runs);

// A page with all of it, or with the curves alone.
enum class ComparisonPage : uint8_t { whole, curves };
std::string comparison_html(const RunComparison& comparison, ComparisonPage page);

}  // namespace hebb
