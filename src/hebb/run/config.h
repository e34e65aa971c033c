// A run's configuration: the keys of the TOML file, their defaults, and their checks. The structs'
// fields are the keys; their notes say what a key may hold, a sentence for help, and what --resume
// makes of a change.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/run/data_config.h"
#include "hebb/run/model_config.h"
#include "hebb/run/train_config.h"

namespace hebb {

struct Config {
  DataConfig data;
  ModelConfig model;
  // Instead of model, where the task trains several; model.input is the shape of a sample then,
  // too.
  std::optional<ModelConfig> generator, discriminator;
  TrainConfig train;
  HEBB_FIELDS(data, model, generator, discriminator, train)
};

// Of several models those that are there, in the order of the fields; empty: there is one.
std::vector<std::pair<std::string, ModelConfig*>> parts_of(Config& config);
std::vector<std::pair<std::string, const ModelConfig*>> parts_of(const Config& config);

// Reads TOML; settings ("train.epochs=3") are laid over it. of_folds: it is to be trained on every
// fold, so that a setting data.split.validation is a share beside the fold. Error (usage): unknown
// key (with the nearest known one), wrong type, a value out of its range; each with the file and
// the line.
Config parse_config(std::string_view toml, const std::string& where,
                    const std::vector<std::string>& settings = {}, bool of_folds = false);
Config read_config(const std::filesystem::path& path, const std::vector<std::string>& settings = {},
                   bool of_folds = false);

std::string to_toml(
    const Config& config);  // every key, so that defaults of another version cannot change a run
double parse_duration(const std::string& text,
                      const std::string& where);  // "01:30:00" -> 5400 seconds; "" -> 0

// Without the keys that --resume lets go free, and without those that extend a run.
Config without_free_keys(Config config);
Config without_extendable_keys(Config config);
// What a run found out from its data, where these keys are still open.
Config with_resolved_keys(Config now, const Config& run);

// The keys ("train.epochs") whose values differ, and their values: "train.epochs (10, was 5)".
std::vector<std::string> differing_keys(const Config& now, const Config& before);

// Every key with its value as TOML has it: {"train.epochs", "10"}; empty: left out.
std::vector<std::pair<std::string, std::string>> config_values(const Config& config);

// The keys that are not at their defaults, for programs: "train.epochs = 10".
std::vector<std::string> changed_keys(const Config& config);

// For `hebb help config`: table, key, default, and a sentence. Tables within a table have keys of
// their own: split.train.
struct KeyHelp {
  std::string table, key, value, what;
};
std::vector<KeyHelp> config_keys();

}  // namespace hebb
