// A trained model on data: every measure of its task, and what a report shows of single samples. A
// stream of batches; the memory that it takes does not grow with the samples (metrics/score_ranks.h
// says what is exact).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/metrics/measure.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/model.h"
#include "hebb/tasks/task.h"
#include "hebb/train/callback.h"
#include "hebb/train/inference.h"

namespace hebb {

struct TestResult {
  int64_t samples = 0;
  NamedValues metrics;  // "loss", "accuracy", "f1_macro", ...
  std::vector<std::string> warnings;
  std::vector<metrics::ClassRow> per_class;  // of classes
  const Task* task = nullptr;
  std::shared_ptr<const Evaluator> seen;  // for the sections of a report
};

struct TestOptions {
  int64_t workers = 1;
  std::string task = {};   // empty: the one that suits
  double threshold = 0.5;  // as Problem has it
  // Called for every batch, in order.
  std::function<void(const Task& task, const Problem& problem, const AnsweredBatch& batch)> see =
      {};
};

// In inference mode, without augmentation. Of a model with several outputs the first is answered
// with, beside the first target. Error: no samples.
TestResult test_model(const nn::Model& model, const Loss& loss, const data::Dataset& data,
                      const TestOptions& options = {});

// The losses of turns, in their order, as they are without training. Random numbers are drawn.
std::vector<LossSum> turn_losses(nn::Module& model, const std::vector<Turn>& turns,
                                 const data::Dataset& data, const InferenceOptions& options = {});

}  // namespace hebb
