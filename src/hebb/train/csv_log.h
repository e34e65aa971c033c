// metrics.csv (a row per epoch) and steps.csv (a row per optimiser step) in a run's folder. A
// resumed run cuts them back to the checkpoint's step and goes on: metrics.csv is written anew from
// the checkpoint, of steps.csv it is said when rows are missing. They hold no times of day and no
// durations: the same training writes the same bytes. A metric that came later has an empty column
// before.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hebb/train/callback.h"

namespace hebb {

class CsvLog : public Callback {
 public:
  explicit CsvLog(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~CsvLog() override;  // flushes, so that a training that fails leaves the rows before
  CsvLog(const CsvLog&) = delete;
  CsvLog& operator=(const CsvLog&) = delete;
  void train_begin(TrainState& state) override;
  void batch_end(TrainState& state) override;
  void epoch_end(TrainState& state, EpochLog& log) override;
  void flush();  // what is waiting goes to the file: before a checkpoint is written

 private:
  void write_epochs(const std::vector<EpochLog>& history);

  std::filesystem::path folder_;
  std::vector<std::string> columns_;  // of metrics.csv, behind epoch and steps
  std::string steps_;                 // rows that wait
  int64_t last_step_ = 0;
};

// All of a metrics.csv.
void write_metrics_csv(const std::filesystem::path& path, const std::vector<EpochLog>& history);

// The rows of a metrics.csv, without seconds. Error: missing, or not such a file.
std::vector<EpochLog> read_metrics_csv(const std::filesystem::path& path);

}  // namespace hebb
