// Predictions in a file, a row each, in order. .csv and .jsonl are written as they come; .npz is
// gathered first.
// The columns of Predictor::sides() stand behind the input, but in .npz, which holds numbers alone.
//   .csv    input, prediction_index, label, confidence, probability_LABEL of every class, reason;
//           of a regression: input, prediction (or prediction_0, ...), lower, upper (or lower_0,
//           upper_0, ...) where there are intervals, reason
//   .jsonl  {"input", "prediction_index", "label", "confidence", "probabilities": {LABEL: p},
//           "warnings", "reason"}; of a regression: {"input", "prediction", "lower", "upper",
//           "warnings", "reason"};
//           the other columns as {"columns": {NAME: text}}
//   .npz    prediction_index i64 [N] (-1: none) and probabilities f64 [N, classes] (NaN: none); of
//   a
//           regression: prediction f32 [N, ...] (NaN: none), lower and upper
#pragma once

#include <filesystem>
#include <memory>

#include "hebb/run/predictor.h"

namespace hebb {

class PredictionWriter {
 public:
  virtual ~PredictionWriter() = default;
  virtual void add(const Prediction& prediction) = 0;
  virtual void finish() = 0;  // once: before it, nothing stands at the file's place
};

// Error (usage): the file ends in something else.
void check_prediction_file(const std::filesystem::path& file);
std::unique_ptr<PredictionWriter> prediction_writer(const std::filesystem::path& file,
                                                    const Predictor& predictor);

}  // namespace hebb
