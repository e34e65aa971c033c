// Predictions in a file, a row each, in order. .csv and .jsonl are written as they come; .npz is
// gathered first.
//   .csv    input, prediction_index, label, confidence, probability_LABEL of every class, reason;
//           of a regression: input, prediction (or prediction_0, ...), reason
//   .jsonl  {"input", "prediction_index", "label", "confidence", "probabilities": {LABEL: p},
//           "warnings", "reason"}; of a regression: {"input", "prediction", "warnings", "reason"}
//   .npz    prediction_index i64 [N] (-1: none) and probabilities f64 [N, classes] (NaN: none); of
//   a
//           regression: prediction f32 [N, ...] (NaN: none)
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
