// The model of a run: built from its lines, its initial values, what stays frozen; and loaded again
// from a run folder.
#pragma once

#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/recipe.h"
#include "hebb/nn/sequential.h"
#include "hebb/run/config.h"
#include "hebb/run/data_setup.h"
#include "hebb/run/model_info.h"
#include "hebb/run/parts.h"
#include "hebb/run/run_folder.h"
#include "hebb/train/trainer.h"

namespace hebb {

// Random numbers come from manual_seed(). with_values: also model.init and model.weights are
// applied (a resumed run needs neither). Errors (usage): lines that do not fit, unknown names,
// globs without a parameter, nothing left to train. most_parameters: for configurations from
// outside; a model with more is refused before it takes memory.
nn::Sequential build_model(const Config& config, bool with_values = true,
                           int64_t most_parameters = std::numeric_limits<int64_t>::max());
// The same of one of several models. table: its name in the configuration.
nn::Sequential build_model(const ModelConfig& config, const std::string& table,
                           bool with_values = true,
                           int64_t most_parameters = std::numeric_limits<int64_t>::max());

// What one sample becomes: asks the model with zeros of the dtype that it takes.
Dims output_of(nn::Sequential& model, const Dims& input, DType dtype);

// Of a model that begins with an embedding. Error (data): an id that it has no row for; where: of
// the sample.
void check_token_ids(const ModelConfig& config, std::span<const int64_t> ids,
                     const std::string& where);

// How a run prepares its inputs: recipe.json; of a run of before there was one, what its
// model.json and its configuration say. Error (data): damaged, or not for this model.
data::Recipe read_run_recipe(const RunFolder& run, const Config& config, const ModelInfo& info);

// A run's own configuration; what is wrong in it is an error of the data.
Config read_run_config(const RunFolder& run);

// A run folder's model, in evaluation mode. Errors: no run folder (usage); weights missing,
// damaged, or of another architecture (data).
struct TrainedModel {
  RunFolder run;
  Config config;
  ModelInfo info;
  data::Recipe recipe;
  nn::Sequential net;
  Loss loss;                                     // none of several models
  std::shared_ptr<PartsModule> parts = nullptr;  // of a task that trains several; net is empty then

  nn::Module& module() { return parts ? static_cast<nn::Module&>(*parts) : net; }

  KnownRun known() const { return {info, recipe}; }
};
TrainedModel load_trained(const std::filesystem::path& path);

}  // namespace hebb
