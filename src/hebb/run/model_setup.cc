#include "hebb/run/model_setup.h"

#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/log.h"
#include "hebb/base/nearest.h"
#include "hebb/base/sha256.h"
#include "hebb/base/shell_word.h"
#include "hebb/data/recipe_file.h"
#include "hebb/formats/safetensors.h"
#include "hebb/nn/build.h"
#include "hebb/nn/eval_scope.h"
#include "hebb/nn/finite.h"
#include "hebb/nn/initialisers.h"
#include "hebb/nn/losses.h"
#include "hebb/nn/save.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random_key.h"
#include "hebb/run/at_key.h"
#include "hebb/run/checkpoint_folder.h"
#include "hebb/run/class_weights.h"

namespace hebb {
namespace {

void freeze(nn::Module& model, const std::vector<std::string>& globs, const std::string& key) {
  for (const std::string& glob : globs) {
    std::vector<std::string> names;
    bool found = false;
    for (auto& [name, param] : model.named_parameters()) {
      names.push_back(name);
      if (::fnmatch(glob.c_str(), name.c_str(), 0) != 0)
        continue;
      param.requires_grad_(false);
      found = true;
    }
    if (!found)
      fail(ErrorKind::usage, key, "no parameter is named '{}'; there are {}", glob,
           known_words(glob, names));
  }
  check_in(globs.empty() || model.parameter_count(true) > 0, ErrorKind::usage, key,
           "nothing is left to train");
}

// A run's weights. Error: they are damaged, by the checksum that the run's description has of them
// (older runs have none).
NamedTensors read_weights(const RunFolder& run, const ModelInfo& info) {
  const fs::path file = run.weights();
  const MappedFile mapped(file);
  const SafetensorsFile values(
      mapped.bytes(),
      file.string());  // first: what is wrong with the format is the clearer message
  check_in(info.weights_sha256.empty() || sha256_hex(mapped.bytes()) == info.weights_sha256,
           ErrorKind::data, file.string(),
           "is damaged: its checksum is not the one that was recorded in {}",
           run.model().filename().string());
  NamedTensors out;
  for (const SafetensorsEntry& entry : values.entries())
    out.emplace(entry.name, values.read(entry));
  return out;
}

// Of model.weights: a file, or a run (its folder, or its file of weights).
NamedTensors given_weights(const std::string& given) {
  std::error_code error;
  const bool folder = fs::is_directory(given, error);
  const fs::path file = folder ? RunFolder{given}.weights() : fs::path(given);
  check_in(fs::exists(file, error), ErrorKind::usage, "",
           "there is no {}; it should be a .safetensors file or the folder of a trained run",
           file.string());
  const RunFolder run{folder ? fs::path(given) : file.parent_path()};
  const bool of_run = is_run(run.path) && file == run.weights();
  return of_run ? read_weights(run, read_model_info(run.model())) : read_safetensors(file);
}

// A mistake in a run's own configuration is no mistake of the person who names the run: its file is
// wrong.
template <class F>
auto of_run(const fs::path& file, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage)
      throw;
    const bool named = error.where().starts_with(file.string());
    throw Error(
        ErrorKind::data, named ? error.where() : file.string(),
        named || error.where().empty() ? error.message() : error.where() + ": " + error.message());
  }
}

}  // namespace

nn::Sequential build_model(const Config& config, bool with_values, int64_t most_parameters) {
  return build_model(config.model, "model", with_values, most_parameters);
}

nn::Sequential build_model(const ModelConfig& m, const std::string& table, bool with_values,
                           int64_t most_parameters) {
  const std::string layers = table + ".layers", weights_key = table + ".weights";
  check_in(m.name.empty(), ErrorKind::usage, table + ".name",
           "there is no model '{}' to choose; list the layers in {}, see `hebb help layers`",
           m.name, layers);
  nn::Sequential model = [&] {
    try {
      return nn::build(m.layers, m.input, most_parameters, layers);
    } catch (const Error& error) {
      if (error.where() != "memory")
        throw;
      throw Error(ErrorKind::usage, layers,
                  fmt::format("do not fit into memory: {}", error.message()));
    }
  }();
  check_in(model.parameter_count() > 0, ErrorKind::usage, layers,
           "none of the layers has anything to train");
  if (with_values && !m.init.empty())
    at_key(table + ".init", [&] {
      if (m.init.rules.empty())
        nn::initialise(model, m.init.line);
      else
        nn::initialise(model, m.init.rules);
    });
  if (with_values && !m.weights.empty()) {
    const NamedTensors values = at_spec(weights_key, [&] { return given_weights(m.weights); });
    const nn::StateDict weights(values.begin(), values.end());
    at_key(weights_key, [&] { model.load_state_dict(weights); });
    at_spec(weights_key, [&] { nn::check_finite(model, weights, m.weights); });
  }
  freeze(model, m.freeze, table + ".freeze");
  return model;
}

Dims output_of(nn::Sequential& model, const Dims& input, DType dtype) {
  NoGrad off;
  Dims batch = input;
  batch.insert(0, 2);  // statistics of flat features need two
  const nn::EvalScope evaluation(model);
  Dims out = model(zeros(batch, dtype)).shape();
  out.erase(0);
  return out;
}

void check_token_ids(const ModelConfig& config, std::span<const int64_t> ids,
                     const std::string& where) {
  const int64_t end = at_key("model.layers", [&] { return nn::token_ids(config.layers); });
  for (int64_t id : ids)
    check_in(id >= 0 && id < end, ErrorKind::data, where,
             "holds the token id {}, should be from 0 to {}: the model begins with \"{}\"", id,
             end - 1, *nn::first_line(config.layers));
}

Config read_run_config(const RunFolder& run) {
  return of_run(run.config(), [&] {
    return parse_config(read_file(run.config(), 16 << 20), run.config().string());
  });
}

namespace {

data::Recipe recipe_before_it_was_written(const Config& config, const ModelInfo& info) {
  const bool picture = info.input.kind == "picture";
  data::Field x{.name = std::string(data::input_field),
                .kind = picture ? data::FieldKind::picture : data::FieldKind::number,
                .dtype = picture                     ? u8
                         : info.input.dtype == "i64" ? i64
                                                     : f32,
                .shape = info.input.shape,
                .labels = info.input.features};
  return data::plain_recipe({x})
      .with_normalize(info.normalize.mean, info.normalize.std)
      .with_augment(config.data.augment);
}

}  // namespace

data::Recipe read_run_recipe(const RunFolder& run, const Config& config, const ModelInfo& info) {
  const bool written = path_exists(run.recipe());
  const fs::path file = written ? run.recipe() : run.model();
  const data::Recipe out = of_run(file, [&] {
    return written ? data::read_recipe(file) : recipe_before_it_was_written(config, info);
  });
  // Scaling by column and what fills missing cells stand in the recipe alone.
  check_in(written || info.preprocessing.size() <= out.words().size(), ErrorKind::data,
           run.recipe().string(), "is missing, and {} does not say all of how rows are prepared",
           run.model().filename().string());
  const data::Field made = *data::find_field(out.output(), data::input_field);
  check_in(made.shape == info.input.shape && name(made.dtype) == info.input.dtype, ErrorKind::data,
           file.string(), "its steps give {}, and the model takes {}{}", data::describe(made),
           info.input.dtype, to_string(info.input.shape));
  if (const auto& target = out.target())
    check_in(info.task == "regression" && product(target->field.shape) == product(info.output),
             ErrorKind::data, file.string(),
             "its target's steps are for {}, and the model gives {} for {}",
             data::describe(target->field), to_string(info.output),
             info.task == "regression" ? "quantities" : "classes");
  return out;
}

TrainedModel load_trained(const fs::path& path) {
  const RunFolder run = existing_run(path);
  std::error_code error;
  const ModelInfo info = read_model_info(run.model());
  std::optional<CheckpointWeights> unfinished;
  const bool whole = fs::exists(run.weights(), error);
  if (!whole && !info.result)
    unfinished = newest_weights(run.checkpoints());
  if (unfinished)
    warn(
        fmt::format("{}: this run has no weights yet; those of its checkpoint of step {} are taken",
                    path.string(), unfinished->step));
  check_in(whole || unfinished, ErrorKind::usage, path.string(),
           "{}; go on with `hebb train {} --out {} --resume`",
           info.result ? "its weights.safetensors is gone, which the last checkpoint can restore"
                       : "this run has no weights yet: its training is not finished",
           shell_word(run.config().string()), shell_word(path.string()));
  const Config config = read_run_config(run);
  check_in(config.model.input == info.input.shape, ErrorKind::data, path.string(),
           "config.toml and model.json do not belong together: input {} and {}",
           to_string(config.model.input), to_string(info.input.shape));
  const data::Recipe recipe = read_run_recipe(run, config, info);
  // The weights first: a configuration that asks for far more than there are is not built. (A
  // little more is: what differs is said better.)
  const NamedTensors weights =
      unfinished ? NamedTensors(unfinished->weights.begin(), unfinished->weights.end())
                 : read_weights(run, info);
  int64_t numbers = 1 << 24;
  for (const auto& [name, tensor] : weights)
    numbers += tensor.numel();
  TrainedModel out = of_run(run.config(), [&] {
    const bool several = !parts_of(config).empty();
    return TrainedModel{
        .run = run,
        .config = config,
        .info = info,
        .recipe = recipe,
        .net = several ? nn::Sequential() : build_model(config, false, numbers),
        .loss = several ? Loss() : parse_loss(config.train.loss, class_weights_of(info)),
        .parts = several ? build_parts(config, false, numbers) : nullptr};
  });
  const nn::StateDict state(weights.begin(), weights.end());
  try {
    out.module().load_state_dict(state);
  } catch (const Error& mismatch) {
    throw Error(ErrorKind::data, run.weights().string(), mismatch.message());
  }
  nn::check_finite(out.module(), state, run.weights().string());
  out.module().eval();
  return out;
}

}  // namespace hebb
