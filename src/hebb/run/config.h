// A run's configuration: the keys of the TOML file, their defaults, and their checks. The structs'
// fields are the keys.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct SplitConfig {
  double train = 0, validation = 0, test = 0;  // add up to 1
  HEBB_FIELDS(train, validation, test)
};

struct Normalization {  // "none", "auto" (measured on the training part), or mean and standard
                        // deviation per channel
  enum class Kind { none, automatic, given } kind = Kind::none;
  std::vector<double> mean, std;
};

struct DataConfig {
  std::string dataset;                  // a name or SPEC
  std::string train, validation, test;  // SPECs, instead of one dataset
  std::optional<SplitConfig> split;
  int64_t split_seed = 0;
  bool stratify = false;
  std::string target;  // the column of a table
  std::vector<std::string>
      columns;  // of a table, to learn from; empty: all of numbers but the target
  Normalization normalize;
  std::vector<std::string> augment;
  int64_t workers = 1;
  int64_t limit = 0;  // 0: all samples
  HEBB_FIELDS(dataset, train, validation, test, split, split_seed, stratify, target, columns,
              normalize, augment, workers, limit)
};

struct ModelConfig {
  Dims input;  // shape of a sample, channels first
  std::vector<std::string> layers;
  std::string name;                 // of the zoo, instead of layers
  std::string init;                 // empty: PyTorch's
  std::string weights;              // a file to start from
  std::vector<std::string> freeze;  // globs of parameter names
  HEBB_FIELDS(input, layers, name, init, weights, freeze)
};

struct EarlyStoppingConfig {
  std::string monitor = "val_loss";
  int64_t patience = 3;
  double min_delta = 0;
  bool restore_best = true;
  HEBB_FIELDS(monitor, patience, min_delta, restore_best)
};

struct CheckpointConfig {
  int64_t every_steps = 0, every_epochs = 1, keep = 2;
  HEBB_FIELDS(every_steps, every_epochs, keep)
};

struct TrainConfig {
  int64_t epochs = 10;
  int64_t max_steps = 0;  // 0: no limit
  std::string max_time;   // DD:HH:MM:SS, or its last parts
  int64_t batch_size = 64;
  bool drop_last = false;  // leave out an epoch's last batch when it is smaller
  std::string optimizer = "adam", schedule = "constant";
  std::string loss;                      // empty: by the task
  std::vector<std::string> metrics;      // empty: by the task
  double clip_norm = 0, clip_value = 0;  // 0: off
  int64_t accumulate = 1;
  std::optional<EarlyStoppingConfig> early_stopping;
  CheckpointConfig checkpoint;
  std::string precision = "f32";
  int64_t seed = 0;
  int64_t threads = 0;  // 0: all processors
  HEBB_FIELDS(epochs, max_steps, max_time, batch_size, drop_last, optimizer, schedule, loss,
              metrics, clip_norm, clip_value, accumulate, early_stopping, checkpoint, precision,
              seed, threads)
};

struct Config {
  DataConfig data;
  ModelConfig model;
  TrainConfig train;
  HEBB_FIELDS(data, model, train)
};

// Reads TOML; settings ("train.epochs=3") are laid over it. Error (usage): unknown key (with the
// nearest known one), wrong type, a value out of its range; each with the file and the line.
Config parse_config(std::string_view toml, const std::string& where,
                    const std::vector<std::string>& settings = {});
Config read_config(const std::filesystem::path& path,
                   const std::vector<std::string>& settings = {});

std::string to_toml(
    const Config& config);  // every key, so that defaults of another version cannot change a run
double parse_duration(const std::string& text,
                      const std::string& where);  // "01:30:00" -> 5400 seconds; "" -> 0

// The keys ("train.epochs") whose values differ, and their values: "train.epochs (10, was 5)".
std::vector<std::string> differing_keys(const Config& now, const Config& before);

// The keys that are not at their defaults, for programs: "train.epochs = 10".
std::vector<std::string> changed_keys(const Config& config);

// For `hebb help config`: table, key, default, and a sentence. Tables within a table have keys of
// their own: split.train.
struct KeyHelp {
  std::string table, key, value, what;
};
std::vector<KeyHelp> config_keys();
std::string_view key_sentence(std::string_view table,
                              std::string_view key);  // of table "train" or "train.checkpoint"

}  // namespace hebb
