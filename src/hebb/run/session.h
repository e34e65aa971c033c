// A whole run from its configuration: data, model, training, evaluation, report; begun, or gone on
// with after it was stopped anywhere. What `hebb train` does.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/nn/summary.h"
#include "hebb/run/config.h"
#include "hebb/run/data_setup.h"
#include "hebb/run/model_info.h"
#include "hebb/run/run_folder.h"
#include "hebb/train/progress_bar.h"

namespace hebb {

struct SessionOptions {
  std::filesystem::path out = {};     // the run's folder; empty: runs/STEM-N
  std::filesystem::path config = {};  // the configuration's file, which is never written over
  std::string stem = "run";           // of its name
  std::string command =
      {};  // what was typed, without --out and --resume: for the line that says how to go on
  std::filesystem::path runs = "runs";
  bool resume = false;
  DataPlace data = {};
  Verbosity verbosity = Verbosity::automatic;
  std::function<void(std::string_view line)> say = {};  // what a person wants to know on the way
};

struct SessionResult {
  RunFolder run;
  RunResult result;
  bool was_finished = false;  // nothing was to be done
};

// The run is left whole at every moment. Errors: of the configuration (usage); of data and machine;
// an interrupt, after the step is done and saved; going on with another configuration or thread
// count (usage, with the keys that differ).
SessionResult train_run(Config config, const SessionOptions& options);

// Reads everything, builds the model and tries one batch forward, backward and through the
// optimiser; writes nothing.
struct SessionCheck {
  // Of the model, or of several, by name.
  std::vector<std::pair<std::string, nn::Summary>> summaries;
  int64_t train = 0, validation = 0, test = 0;  // samples
  double loss = 0;                              // of the batch
  std::vector<std::string> notes;               // what a person should know of the data
};
SessionCheck check_run(Config config, const SessionOptions& options);

}  // namespace hebb
