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
#include "hebb/base/note.h"
#include "hebb/nn/layer_list.h"
#include "hebb/optim/param_groups.h"
#include "hebb/tensor/dims.h"

namespace hebb {

// Shares of the samples, folds, a column, or a file of lists.
struct SplitConfig {
  // Add up to 1: train left out is what the others leave. With the other ways validation alone.
  double train = 0, validation = 0, test = 0;
  int64_t folds = 0, fold = 0;
  std::string column = {}, file = {};
  HEBB_FIELDS(train, validation, test, folds, fold, column, file)
  static constexpr Note notes[] = {
      {.field = "train", .what = "share to train on; left out, what the others leave of 1"},
      {.field = "validation",
       .what = "share that each epoch is measured on; beside folds a share of what is trained on"},
      {.field = "test",
       .what = "share that the finished run is measured on; 0 where the data have a test part"},
      {.field = "folds",
       .at_least = 0,
       .at_most = 1e6,
       .should = "at least 2, or 0 for none",
       .what = "so many parts of equal size instead of shares, one of which is the test"},
      {.field = "fold", .at_least = 0, .what = "the fold that is the test, from 0"},
      {.field = "column",
       .what = "of a table: its words train, validation and test say where a row goes; beside "
               "folds, its numbers are those of the folds"},
      {.field = "file",
       .what = "a .json or .npz file with the numbers of each part's samples, as hebb data split "
               "writes it"}};

  bool by_shares() const { return folds == 0 && column.empty() && file.empty(); }
};

struct Normalization {  // "none", "auto" (measured on the training part), mean and standard
                        // deviation per channel, or a step that scales a table's numbers
  enum class Kind { none, automatic, given, step } kind = Kind::none;
  std::vector<double> mean, std;
  std::string step = {};  // of a table's numbers: "quantile", "piecewise_linear 32"
};

// How much a sample counts for the loss, by its class: "none" (all the same), "balanced" (classes
// together count the same, measured on the training part), or a number for each label.
struct ClassWeights {
  enum class Kind { none, balanced, given } kind = Kind::none;
  std::vector<std::pair<std::string, double>> numbers;  // label, at least 0
};

// From which probability on the second of two classes is named: a number, or the best one by a
// metric on the validation part.
struct Threshold {
  double value = 0.5;
  std::string best;  // the metric; empty: value
};

struct DataConfig {
  std::string dataset;                  // a name or SPEC
  std::string train, validation, test;  // SPECs, instead of one dataset
  std::optional<SplitConfig> split;
  int64_t split_seed = 0;
  bool stratify = false;
  std::string group, time;                // columns of a table that decide how it is split
  std::string target;                     // the column of a table
  std::optional<std::string> id, weight;  // columns that name rows, and that weigh them
  std::vector<std::string> columns;       // of a table, to learn from; empty: all but the target
  std::vector<std::string> categorical;   // of these, categories whatever they look like
  std::vector<std::pair<std::string, std::string>> kinds;  // what columns hold
  std::string impute = "auto";
  std::string separator, decimal, encoding;  // how the table is written; empty: as it looks
  std::optional<bool> header;
  Normalization normalize;
  std::optional<std::string> normalize_target;  // empty: as it suits the task and the loss
  std::vector<std::string> augment;
  int64_t workers = 1;
  int64_t limit = 0;  // 0: all samples
  HEBB_FIELDS(dataset, train, validation, test, split, split_seed, stratify, group, time, target,
              id, weight, columns, categorical, kinds, impute, separator, decimal, encoding, header,
              normalize, normalize_target, augment, workers, limit)
  static constexpr Note notes[] = {
      {.field = "dataset",
       .what = "a known set, a folder of class folders, a table or an .npz file (hebb help data); "
               "its own test part stays one"},
      {.field = "train",
       .what = "the samples to train on, instead of dataset: \"train.csv\", \"photos/train\""},
      {.field = "validation", .what = "beside train: the samples that each epoch is measured on"},
      {.field = "test", .what = "beside train: the samples that the finished run is measured on"},
      {.field = "split",
       .what = "how the samples make parts: shares (0.7, 0.15 and 0.15 unless given), folds, a "
               "column or "
               "a file; see the keys below",
       .resolved = true},
      {.field = "split_seed",
       .at_least = 0,
       .what = "another seed, another split; the seed of the training changes nothing here"},
      {.field = "stratify", .what = "true: every part has the classes in the same proportions"},
      {.field = "group",
       .what = "a column of a table: rows that share its value, such as a patient, stay in one "
               "part"},
      {.field = "time",
       .what = "a column of a table, numbers or dates: the parts follow one another in its order, "
               "training first"},
      {.field = "target",
       .what = "the column of a table that is predicted; left out: the one called target, label, "
               "class or y",
       .resolved = true},
      {.field = "id",
       .what = "a column of a table that names its rows: it is never learned from, and stands "
               "beside predictions"},
      {.field = "weight",
       .what = "a column of numbers of at least 0: how much each row counts for the loss and the "
               "metrics"},
      {.field = "columns",
       .what = "the columns of a table to learn from: [\"rooms\", \"age\"]; left out: all that "
               "tell something, but the target"},
      {.field = "categorical",
       .what = "columns whose numbers are names of categories: [\"zip\", \"month\"]"},
      {.field = "kinds",
       .what =
           "what columns hold: { zip = \"category\" }; number, category, boolean, date, or text "
           "and identifier, left out",
       .resolved = true},
      {.field = "impute",
       .one_of = {"auto", "drop", "error"},
       .what = "missing cells: \"auto\" puts the median or the usual word there, \"drop\" leaves "
               "their rows out, \"error\" refuses"},
      {.field = "separator",
       .what =
           "what stands between a table's cells: \",\", \";\", \"tab\"; left out, it is told by "
           "looking"},
      {.field = "decimal", .what = "\".\" or \",\" in a table's numbers; left out, by looking"},
      {.field = "encoding",
       .what = "of a table: \"utf-8\", \"utf-16\", \"windows-1252\"; left out, by looking"},
      {.field = "header", .what = "true: a table's first line holds names; left out, by looking"},
      {.field = "normalize",
       .aliases = {"normalise"},
       .what = "\"auto\": by mean and deviation; { mean = [...], std = [...] }; of a table also "
               "\"quantile\", \"piecewise_linear 32\""},
      {.field = "normalize_target",
       .aliases = {"normalise_target"},
       .one_of = {"auto", "none"},
       .otherwise = "\"auto\"",
       .what =
           "\"auto\": quantities are learned by mean and deviation; metrics and predictions are in "
           "their unit, the loss is not",
       .resolved = true},
      {.field = "augment",
       .what = "random changes of training pictures: [\"random_crop 28 padding=2\", "
               "\"horizontal_flip\"] (hebb help augment)"},
      {.field = "workers",
       .at_least = 0,
       .at_most = 256,
       .what = "threads that load data; the result is the same whatever their number",
       .resume = Resume::free},
      {.field = "limit",
       .at_least = 0,
       .should = "at least 1, or 0 for all",
       .what = "at most so many samples of each part, classes in proportion; 0: all"}};
};

// [model], or the table of one of several models that a task trains together.
struct ModelConfig {
  Dims input;         // shape of a sample, channels first
  int64_t noise = 0;  // numbers that samples are made of; 0: it takes samples
  nn::LayerList layers;
  std::string name;                 // of the zoo, instead of layers
  std::string init;                 // empty: PyTorch's
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
       .what =
           "how weights begin: \"kaiming_normal\" (hebb help initializers); left out, as PyTorch "
           "does it"},
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
       .what = "rules, of which the first that matches counts: [{ match = \"0.*\", lr = 0.1 (a "
               "factor), weight_decay = 0, thaw = 3 (epochs), optimizer = \"sgd lr=0.1\" }]"}};
};

struct EarlyStoppingConfig {
  std::string monitor = "val_loss";
  int64_t patience = 3;
  double min_delta = 0;
  bool restore_best = true;
  HEBB_FIELDS(monitor, patience, min_delta, restore_best)
  static constexpr Note notes[] = {
      {.field = "monitor", .what = "the measure: val_loss, or val_ and one of the metrics"},
      {.field = "patience", .at_least = 0, .what = "epochs to wait for something better"},
      {.field = "min_delta", .at_least = 0, .what = "by how much better it has to be"},
      {.field = "restore_best",
       .what = "true: the weights of the best epoch are kept, else the last"}};
};

struct CheckpointConfig {
  int64_t every_steps = 0, every_epochs = 1, keep = 2;
  HEBB_FIELDS(every_steps, every_epochs, keep)
  static constexpr Note notes[] = {
      {.field = "every_steps",
       .at_least = 0,
       .should = "at least 1",
       .what = "steps between two checkpoints; 0: by epochs"},
      {.field = "every_epochs", .at_least = 1, .what = "epochs between two checkpoints"},
      {.field = "keep", .at_least = 1, .what = "how many are kept, the newest"}};
};

struct TrainConfig {
  int64_t epochs = 10;
  int64_t max_steps = 0;  // 0: no limit
  std::string max_time;   // DD:HH:MM:SS, or its last parts
  int64_t batch_size = 64;
  bool drop_last = false;  // leave out an epoch's last batch when it is smaller
  std::string optimizer = "adam", schedule = "constant";
  std::string task;  // empty: by targets and model
  std::string loss;  // empty: by the task
  ClassWeights class_weights;
  Threshold threshold;
  std::vector<std::string> metrics;                         // empty: by the task
  double clip_norm = 0, clip_value = 0, clip_adaptive = 0;  // 0: off
  std::string penalty;                                      // empty: none
  std::string average;                                      // empty: none
  int64_t accumulate = 1;
  std::optional<EarlyStoppingConfig> early_stopping;
  CheckpointConfig checkpoint;
  std::string precision = "f32";
  int64_t seed = 0;
  int64_t threads = 0;  // 0: all processors
  HEBB_FIELDS(epochs, max_steps, max_time, batch_size, drop_last, optimizer, schedule, task, loss,
              class_weights, threshold, metrics, clip_norm, clip_value, clip_adaptive, penalty,
              average, accumulate, early_stopping, checkpoint, precision, seed, threads)
  static constexpr Note notes[] = {
      {.field = "epochs",
       .at_least = 1,
       .at_most = 2147483647,
       .what = "how often all samples are seen",
       .resume = Resume::extendable},
      {.field = "max_steps",
       .at_least = 0,
       .should = "at least 1, or 0 for no limit",
       .what = "stop after so many steps of the optimiser; 0: no limit",
       .resume = Resume::extendable},
      {.field = "max_time",
       .what = "stop after so long: \"01:30:00\" is an hour and a half",
       .resume = Resume::extendable},
      {.field = "batch_size", .at_least = 1, .at_most = 2147483647, .what = "samples a batch"},
      {.field = "drop_last",
       .what = "true: leave out an epoch's last batch when it is smaller than the others"},
      {.field = "optimizer",
       .aliases = {"optimiser"},
       .what = "its name and what is not as usual: \"adamw lr=1e-3 weight_decay=0.01\" (hebb help "
               "optimizers)"},
      {.field = "schedule",
       .what = "the learning rate over the training: \"cosine warmup=200\" (hebb help schedules)"},
      {.field = "task",
       .what = "the kind of problem; left out, by targets and model (hebb help tasks)"},
      {.field = "loss",
       .what = "left out: cross_entropy for classes, bce_with_logits for two classes with one "
               "output, mse for quantities (hebb help losses)",
       .resolved = true},
      {.field = "class_weights",
       .what = "how much samples count for the loss: \"balanced\": rare classes as much as "
               "frequent ones; { cat = 1, dog = 2.5 }"},
      {.field = "threshold",
       .what = "of two classes the second is named above this probability; \"best f1\": where the "
               "metric is best on validation",
       .resume = Resume::extendable},
      {.field = "metrics",
       .what =
           "what is measured beside the loss: [\"accuracy\", \"f1_macro\"]; left out, it follows "
           "from the task (hebb help metrics)",
       .resume = Resume::extendable,
       .resolved = true},
      {.field = "clip_norm",
       .at_least = 0,
       .should = "above 0, or 0 for none",
       .what = "gradients are scaled down to this norm of all of them together; 0: off"},
      {.field = "clip_value",
       .at_least = 0,
       .should = "above 0, or 0 for none",
       .what = "each gradient is cut off at plus and minus this; 0: off"},
      {.field = "clip_adaptive",
       .at_least = 0,
       .should = "above 0, or 0 for none",
       .what = "the gradient of each output's weights is at most this share of them: 0.01; 0: off"},
      {.field = "penalty",
       .what =
           "on the size of weights, beside the loss: \"l1 1e-5\", \"l2 1e-4\", \"elastic_net 1e-5 "
           "1e-4\" (hebb help penalties)"},
      {.field = "average",
       .what =
           "an average of the weights is validated and kept: \"ema 0.999\" (fading), \"swa 20\" "
           "(epochs from 20 on)"},
      {.field = "accumulate",
       .at_least = 1,
       .at_most = 2147483647,
       .what = "batches whose gradients are added up for one step"},
      {.field = "early_stopping",
       .what =
           "{ patience = 3 }: stop when a measure no longer gets better; none: train all epochs",
       .resume = Resume::extendable},
      {.field = "checkpoint",
       .what = "how often what --resume needs is saved: { every_epochs = 1, keep = 2 }",
       .resume = Resume::free},
      {.field = "precision", .one_of = {"f32"}, .what = "what is computed with: \"f32\""},
      {.field = "seed",
       .at_least = 0,
       .what =
           "start of all random numbers; the same seed on the same machine gives the same weights"},
      {.field = "threads",
       .at_least = 0,
       .at_most = 1024,
       .should = "from 1 to 1024, or 0 for all",
       .what = "to compute with; 0: all processors"}};
};

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
