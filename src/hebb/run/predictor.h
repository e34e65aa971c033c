// A trained model that answers: opens a run folder, prepares records by the run's recipe, and gives
// an answer for each, in order and in batches. The command line and whatever else predicts use it.
//
//   Predictor predictor("runs/iris-1");
//   predictor.predict(predictor.inputs({"new.csv"}), [&](const Prediction& p) { ... });
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "hebb/base/parallel.h"
#include "hebb/data/record.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/prediction.h"

namespace hebb {

struct PredictorOptions {
  int64_t batch_size = 64;  // records that go through the model at once
};

// Files that are there, and that the model takes.
struct PredictionInputs {
  std::vector<std::filesystem::path> files;  // "-": a .csv on standard input
  bool pictures = false;                     // each file is one
};

class Predictor {
 public:
  // Error: no run folder (usage); its files are damaged or do not belong together (data).
  explicit Predictor(const std::filesystem::path& model, const PredictorOptions& options = {});
  ~Predictor();
  Predictor(Predictor&&) noexcept;

  const TrainedModel& model() const;
  bool classifies() const { return !labels().empty(); }
  // Of the classes, by number; as many as a prediction has values. Empty: it does not classify.
  const std::vector<std::string>& labels() const;
  // The numbers of an answer of a model that does not classify.
  int64_t outputs() const;

  // What names stand for: of a model of pictures PNG and JPEG files, folders of them, and .npz
  // files of u8 pictures; of any other .npz files with an array x or input [N, ...]; of one of
  // columns .csv, .tsv and .jsonl files, too, and "-". Error (usage): not there, or not what the
  // model takes.
  PredictionInputs inputs(const std::vector<std::string>& names) const;

  // Every record of every file, in order. A row may hold more than the model takes, the target
  // among it, in any order. One that cannot be used has an error for its answer. Memory does not
  // grow with the rows of a .csv or .tsv. Error: a column is missing (usage), a file cannot be read
  // (data, io).
  void predict(const PredictionInputs& inputs, FunctionRef<void(const Prediction&)> see);

  // Records as the model's recipe takes them in: model().recipe.input().
  std::vector<Prediction> predict(std::vector<data::Record> records);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hebb
