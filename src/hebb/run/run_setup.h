// Data, model, loss and the resolved configuration: what a run and a check have in common. Whatever
// can be wrong with a configuration is found here, before anything is written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/nn/sequential.h"
#include "hebb/optim/schedule.h"
#include "hebb/run/baseline.h"
#include "hebb/run/config.h"
#include "hebb/run/data_setup.h"
#include "hebb/run/model_info.h"
#include "hebb/run/parts.h"
#include "hebb/train/early_stopping.h"
#include "hebb/train/trainer.h"

namespace hebb {

// What the configuration's lines stand for. Made first: a mistake is found before any data are
// read.
struct RunParts {
  optim::OptimizerFactory optimizer;
  optim::Schedule schedule;
  optim::Penalty penalty = {};
  std::vector<metrics::Metric> metrics;          // those that are named
  std::optional<Loss> loss;                      // if it is named
  explicit RunParts(const TrainConfig& config);  // Error (usage): a line that is wrong
};

struct RunSetup {
  Config config;   // with everything that was left open
  RunParts parts;  // of that
  RunData data;
  nn::Sequential net;
  const Task* task;
  std::shared_ptr<PartsModule> models = nullptr;  // of a task that trains several; net is empty
  std::vector<double> class_weights = {};         // by number; empty: all count the same

  nn::Model model() { return models ? nn::Model(*models) : nn::Model(net); }
  nn::Module& module() { return model().module(); }
  TrainerOptions trainer_options() const;
  FitOptions fit_options(Verbosity verbosity) const;
  // What thaws and averages weights; they come before early stopping.
  std::vector<std::shared_ptr<Callback>> weight_callbacks() const;
  std::shared_ptr<EarlyStopping> early_stopping() const;  // null: there is none
  Dims output();                                          // of the model, of a sample
  ModelInfo describe(const std::string& name);            // for model.json
  // Quantities, and a validation part whose errors say how far off they are.
  bool gives_intervals() const;
  // What its scores are compared with; nothing: its task reads no targets, or its samples are no
  // numbers of one tensor, such as token ids, or sequences with lengths.
  std::optional<BaselineProblem> baseline_problem();
};

// known: of a run that is resumed. with_values: as in build_model.
RunSetup set_up_run(Config config, const DataPlace& place, const std::optional<KnownRun>& known,
                    bool with_values);

}  // namespace hebb
