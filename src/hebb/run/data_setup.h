// The data of a run: opened, split, normalised and augmented as its configuration says.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/data/open.h"
#include "hebb/data/picture_stats.h"
#include "hebb/run/config.h"
#include "hebb/run/model_info.h"
#include "hebb/tasks/task.h"

namespace hebb {

struct DataPlace {
  std::filesystem::path folder = {};  // --data-dir; empty: where data sets are looked for
  std::function<bool(std::string_view file, uint64_t done, uint64_t total)> progress =
      {};  // of downloads
};

struct RunData {
  data::Dataset train, validation, test;          // the latter two may be empty
  data::Recipe recipe;                            // of all of them
  std::optional<data::TrainingStats> statistics;  // of pictures
  std::vector<std::string> notes;                 // what a person should know
};

// What a run that is there knows of its data.
struct KnownRun {
  const ModelInfo& info;
  const data::Recipe& recipe;
};

// How the tables of a run are written, as far as its configuration says so.
CsvWishes written_as(const DataConfig& data);

// Fills in what the configuration leaves open (model.input, data.split, data.target). task: as
// task_before_data (run_task.h) has it, which says whether targets are read. known: of a
// run that is resumed; its statistics and recipe are taken instead of measured again. Errors
// (usage): parts that do not fit together or do not exist.
RunData open_run_data(Config& config, const Task* task, const DataPlace& place,
                      const std::optional<KnownRun>& known = {});

// The test part alone, as the run has it; empty when it has none.
data::Dataset open_test_data(const Config& config, const KnownRun& run, const DataPlace& place);

// Other data for the same model: its recipe, columns and classes.
data::Dataset open_data_for(const std::string& spec, const Config& config, const KnownRun& run,
                            const DataPlace& place);

}  // namespace hebb
