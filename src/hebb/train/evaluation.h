// A trained model on data: every measure of its task, and what a report shows of single samples.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/metrics/measure.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/sequential.h"
#include "hebb/train/callback.h"

namespace hebb {

struct TestResult {
  int64_t samples = 0;
  NamedValues metrics;  // "loss", "accuracy", "f1_macro", ...
  std::vector<std::string> warnings;
  // Of a classification
  int64_t classes = 0;
  std::vector<int64_t> actual, predicted;
  std::vector<double> probabilities;  // [samples, classes]
  std::vector<metrics::ClassRow> per_class;
  // Of a regression
  std::vector<double> targets, outputs;  // all numbers of all samples
};

// In inference mode, without augmentation. Error: no samples.
TestResult test_model(nn::Sequential& model, const Loss& loss, const data::Dataset& data,
                      int64_t workers = 1);

}  // namespace hebb
