// [model] of a configuration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/base/note.h"
#include "hebb/nn/initialisers.h"
#include "hebb/nn/layer_list.h"
#include "hebb/optim/param_groups.h"
#include "hebb/tensor/dims.h"

namespace hebb {

// How weights begin: one line for all, or lines by globs of parameter names, of which the first
// that matches counts. Neither: as PyTorch does it.
struct InitConfig {
  std::string line;
  std::vector<nn::InitRule> rules;
  bool empty() const { return line.empty() && rules.empty(); }
};

// [model], or the table of one of several models that a task trains together.
struct ModelConfig {
  Dims input;         // shape of a sample, channels first
  int64_t noise = 0;  // numbers that samples are made of; 0: it takes samples
  nn::LayerList layers;
  std::string name;  // of the zoo, instead of layers
  InitConfig init;
  std::string weights;              // a file to start from
  std::vector<std::string> freeze;  // globs of parameter names
  std::string optimizer;            // its own, of several models; empty: train.optimizer
  std::vector<optim::ParamRule> parameters;
  HEBB_FIELDS(input, noise, layers, name, init, weights, freeze, optimizer, parameters)
  static constexpr Note notes[] = {
      {.field = "input",
       .at_least = 1,
       .should = "sizes of at least 1",
       .what = "shape of a sample, channels first: [1, 28, 28]; left out, that of the data",
       .resolved = true},
      {.field = "noise",
       .at_least = 0,
       .at_most = 1 << 20,
       .what = "of a [generator]: how many random numbers it makes a sample of; left out, 64",
       .resolved = true},
      {.field = "layers",
       .what =
           "one line a layer: [\"flatten\", \"linear 128\", \"relu\", \"linear 10\"], or blocks: "
           "{ residual = [...] } (hebb help layers)"},
      {.field = "name", .what = "a model to choose by its name; there are none yet"},
      {.field = "init",
       .what = "how weights begin: \"kaiming_normal\" (hebb help initializers), by names "
               "{ \"head.*\" = \"zeros\" }; left out, as PyTorch does it"},
      {.field = "weights",
       .what = "a run or a .safetensors file to start from; epochs, learning rate and optimiser "
               "begin anew"},
      {.field = "freeze",
       .what = "parameters that are not trained: [\"0.*\", \"*.bias\"]; by the names of the state "
               "dict"},
      {.field = "optimizer",
       .aliases = {"optimiser"},
       .what = "of one of several models: its own; left out, train.optimizer"},
      {.field = "parameters",
       .what =
           "rules, the first that fits counts: [{ match = \"0.*\", lr = 0.1 (a factor), thaw = 3, "
           "optimizer = \"sgd lr=0.1\" }]"}};
};

}  // namespace hebb
