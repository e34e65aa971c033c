// What a score is compared with: an answer that looks at no input (the most frequent class, the
// mean) and a linear model of the same prepared inputs (logistic or ridge regression). Fitted on
// the training part, bounded in time and memory; the same for the same data, threads and machine.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/nn/linear.h"
#include "hebb/run/config.h"
#include "hebb/run/model_info.h"
#include "hebb/train/evaluation.h"

namespace hebb {

// x [N, ...] -> [N, out], the same for every sample. Other inputs are not looked at.
struct ConstantAnswer : nn::Module {
  nn::Buffer value;  // [out]
  explicit ConstantAnswer(const Tensor& value) : value(value) {}
  Tensor forward(const Tensor& x) const;
  HEBB_INPUTS(x)
  HEBB_FIELDS(value)
};

// x [N, ...] -> [N, out]: linear in the flattened inputs, each less its mean and times its scale.
// Of the last inputs that are codes of words each becomes as many inputs of 0 and 1. What stands
// behind the end of a sequence is the same in all, so lengths beside it are not looked at.
struct LinearAnswer : nn::Module {
  Dims codes;              // of how many words
  nn::Buffer mean, scale;  // [in]; a scale of 0 leaves an input out that never changes
  nn::Linear linear;
  LinearAnswer(int64_t in, int64_t out, const Dims& codes);  // in: with codes as 0 and 1
  Tensor forward(const Tensor& x) const;
  Tensor expanded(const Tensor& x) const;  // [N, in], codes as 0 and 1
  Tensor prepared(const Tensor& x) const;  // [N, in], and scaled
  HEBB_INPUTS(x)
  HEBB_FIELDS(mean, scale, linear)
};

struct Baselines {
  ConstantAnswer constant;
  std::optional<LinearAnswer> linear;
  std::string no_linear = {};  // why there is none
};

// What a run's model is: its output for a sample, its loss, and weights of classes.
struct BaselineProblem {
  Dims output;
  std::string loss;  // its line
  std::vector<double> class_weights = {};
};

Baselines fit_baselines(const data::Dataset& train, const BaselineProblem& problem);

// By name, "majority" or "mean", and "linear": the measures of the task that suits the targets.
// "loss" where the run's own is that of the baselines.
BaselineScores baseline_scores(Baselines& baselines, const BaselineProblem& problem,
                               const data::Dataset& tested);

// baseline.safetensors of a run folder. Nothing: a run of before there was one. Error (data): it is
// damaged.
void save_baselines(const std::filesystem::path& file, Baselines& baselines);
std::optional<Baselines> load_baselines(const std::filesystem::path& file,
                                        const data::Recipe& recipe);

// A table of measures: the model beside the baselines. Nothing without baselines.
std::optional<ReportSection> baseline_section(const TestResult& result,
                                              const BaselineScores& baselines);

}  // namespace hebb
