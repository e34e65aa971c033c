// model.json of a run folder: what a reader must know to use the weights as they were trained
// (input, preprocessing, labels), and where they come from (data, seed, threads, versions). Its
// fields are the file's keys.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/data/picture_stats.h"
#include "hebb/tensor/dims.h"
#include "hebb/train/callback.h"

namespace hebb {

struct InputSchema {
  std::string name = "input";
  std::string kind;                   // "picture" or "values"
  Dims shape;                         // of a sample, channels first
  std::string dtype = "f32";          // as the model takes it
  std::vector<std::string> features;  // of a table's columns
  HEBB_FIELDS(name, kind, shape, dtype, features)
};

struct DataPart {
  std::string part, name;  // "train", "fashion-mnist:train"
  int64_t samples = 0;
  std::string hash;  // "xxh64:..."
  HEBB_FIELDS(part, name, samples, hash)
};

struct Normalize {
  std::vector<double> mean, std;  // empty: as it is
  HEBB_FIELDS(mean, std)
};

// What came out. A run that has it is finished.
struct RunResult {
  int64_t epochs = 0, best_epoch = 0;
  int64_t kept_epoch =
      0;  // whose weights and metrics these are: the best one under early stopping, else the last
  int64_t steps = 0;
  double seconds = 0;   // of training, over interruptions
  std::string stopped;  // why before the last epoch; empty: it was not
  NamedValues metrics;  // of the kept epoch, and of the test part: test_loss, test_accuracy, ...
  HEBB_FIELDS(epochs, best_epoch, kept_epoch, steps, seconds, stopped, metrics)
};

struct ModelInfo {
  int64_t format = 1;
  std::string name;  // "fashion"
  // "classification" or "regression", by the targets; "reconstruction", "adversarial" of tasks that
  // read none
  std::string task;
  InputSchema input;
  // For people: recipe.json is what is run. Runs of before it are read by these numbers.
  std::vector<std::string> preprocessing;  // in the order it happens, in words
  Normalize normalize;
  std::vector<std::string> labels;  // of the classes
  // How much a sample counts for the loss, by its label; empty: all count the same.
  std::vector<std::pair<std::string, double>> class_weights;
  double threshold = 0.5;  // of two classes, the second is named where its probability is above
  Dims output;             // of a sample
  int64_t parameters = 0;
  std::vector<DataPart> data;
  std::optional<data::TrainingStats> statistics;  // of the pictures it was trained on
  int64_t seed = 0, threads = 0;
  std::string instruction_set;
  std::vector<std::pair<std::string, std::string>> versions;
  std::string weights_sha256;  // of the weights' file; empty: none was recorded
  std::string diverged;        // how its loss or weights stopped being numbers; empty: they did not
  std::optional<RunResult> result;
  HEBB_FIELDS(format, name, task, input, preprocessing, normalize, labels, class_weights, threshold,
              output, parameters, data, statistics, seed, threads, instruction_set, versions,
              weights_sha256, diverged, result)

  data::PictureShape picture() const;                 // zeros: its samples are no pictures
  const DataPart* part(std::string_view name) const;  // nullptr: there is none
};

void write_model_info(const std::filesystem::path& path, const ModelInfo& info);
ModelInfo read_model_info(
    const std::filesystem::path& path);  // Error: missing, damaged, or values that cannot be

}  // namespace hebb
