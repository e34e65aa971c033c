// Runs as a table: a column for anything that is known of a run, sorted and filtered by any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/run/run_record.h"

namespace hebb {

// What stands in a row. number: where it is one, which sorts and compares.
struct RunCell {
  std::string text;  // empty: the run has none
  std::optional<double> number = {};
};

// column: "run", "state", "epochs", "best_epoch", "steps", "seconds", "parameters", "data",
// "samples", "stopped"; a metric ("val_loss", "test_accuracy"); a key ("train.optimizer", or
// "optimizer" where one key alone ends like that).
RunCell cell_of(const RunRecord& run, std::string_view column);

// Which columns there are, of these runs. Keys are named in full.
std::vector<std::string> columns_of_runs(const std::vector<RunRecord>& runs);
// Error (usage): there is no such column, with the nearest known ones.
void check_column(const std::vector<RunRecord>& runs, const std::string& column);
// Those that a list shows unless others are asked for: state, epochs, the first measures of the
// runs' tasks, time, data.
std::vector<std::string> usual_columns(const std::vector<RunRecord>& runs);

// Whether larger values are better, by the metric's name without val_ and test_; nothing: it is no
// metric that is known. Losses: smaller ones.
std::optional<bool> larger_is_better(std::string_view column);

// The best first for metrics, else the smallest; runs without a value last, in the order they had.
void sort_runs(std::vector<RunRecord>& runs, const std::string& column, bool reverse);

// "val_loss<0.3", "state=finished", "optimizer~adam" (holds the text, whatever its case); also !=,
// <=, >, >=. Runs without a value pass only !=. Error (usage): no such form, a column that is not
// there, < or > of what is no number.
void filter_runs(std::vector<RunRecord>& runs, const std::string& condition);

}  // namespace hebb
