// Runs that C++ programs save and open: the same folders as `hebb train` writes, so the program
// `hebb` evaluates, predicts with, shows and compares what a C++ program trained, and the other way
// round.
//
//   save_run("runs/mine", net, {.train = train, .validation = validation, .test = test,
//                               .history = trainer.fit(train, ...)});
//   SavedRun run = open_run("runs/mine");     // then: hebb eval runs/mine
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/nn/sequential.h"
#include "hebb/train/epoch_log.h"

namespace hebb {

struct SaveRunOptions {
  // What the model was trained on: it gives the run its recipe, labels, columns, and hash.
  data::Dataset train;
  data::Dataset validation = {}, test = {};  // may be empty
  std::vector<EpochLog> history = {};        // what Trainer::fit gave: metrics.csv
  std::string loss = {};                     // its line, "cross_entropy"; empty: the task's
  std::string optimizer = {};                // its line, "adam lr=3e-4", for people
  std::string target = {};                   // what a quantity is called; empty: as the table does
  int64_t batch_size = 64, seed = 0;         // for people
};

// Writes the folder: config.toml, model.json, recipe.json, weights.safetensors, metrics.csv, and,
// where there is a test or validation part, report.html and the measures on it. The layers of net
// must be those that a configuration can name (hebb help layers). Data that were opened by a name
// or path are named in config.toml, so that `hebb eval` finds the test part again; others go by
// --data. The model is left in evaluation mode. Errors (usage): train is missing; a layer that no
// configuration names; the folder holds something else than a run that save_run wrote.
void save_run(const std::filesystem::path& folder, nn::Sequential& net,
              const SaveRunOptions& options);

// A finished or stopped run.
struct SavedRun {
  std::string name;                   // "fashion-1"
  std::string task;                   // "classification" or "regression"
  nn::Sequential net;                 // with the run's weights, in evaluation mode
  data::Recipe recipe;                // how inputs are prepared: dataset.with_recipe(run.recipe)
  std::vector<std::string> labels;    // of the classes
  std::vector<std::string> features;  // the columns of a table, in the model's order
  Dims input, output;                 // of a sample
  NamedValues metrics;  // of the kept epoch, and of the test part: test_loss, test_accuracy, ...
  std::vector<EpochLog> history;  // without seconds
};

// Errors: it is no run folder (usage); its files are damaged or do not belong together (data).
SavedRun open_run(const std::filesystem::path& folder);

}  // namespace hebb
