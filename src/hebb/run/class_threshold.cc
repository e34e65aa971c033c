#include "hebb/run/class_threshold.h"

#include "hebb/base/check.h"
#include "hebb/metrics/best_threshold.h"
#include "hebb/run/at_key.h"
#include "hebb/run/split_setup.h"
#include "hebb/tasks/outputs.h"
#include "hebb/train/evaluation.h"

namespace hebb {
namespace {

constexpr const char* threshold_key = "train.threshold";

double best_of(const std::string& metric, std::span<const double> scores,
               std::span<const int64_t> labels) {
  return at_key(threshold_key,
                [&] { return metrics::best_threshold(metrics::metric(metric), scores, labels); });
}

}  // namespace

void check_threshold(const Config& config, const Problem& problem, bool validated) {
  const Threshold& threshold = config.train.threshold;
  if (threshold.best.empty() && threshold.value == Threshold{}.value)
    return;
  check_in(problem.targets == data::Task::classification && problem.labels.size() == 2,
           ErrorKind::usage, threshold_key, "is for two classes, and the targets are {}",
           problem.targets == data::Task::classification
               ? fmt::format("{} classes", problem.labels.size())
               : "quantities");
  if (threshold.best.empty())
    return;
  check_in(validated, ErrorKind::usage, threshold_key,
           "is the best {} on the validation part, but there is none; set {}", threshold.best,
           key_for_validation(config.data));
  const double scores[] = {0.25, 0.75};
  const int64_t labels[] = {0, 1};
  best_of(threshold.best, scores, labels);
}

double find_threshold(const TrainConfig& config, nn::Sequential& model, const Loss& loss,
                      const data::Dataset& validation) {
  if (config.threshold.best.empty())
    return config.threshold.value;
  std::vector<double> scores;
  std::vector<int64_t> labels;
  TestOptions options{.task = config.task};
  options.see = [&](const Task&, const Problem& problem, const AnsweredBatch& batch) {
    const std::vector<double> p = class_probabilities(batch.output, problem.outputs);
    for (size_t i = 1; i < p.size(); i += 2)
      scores.push_back(p[i]);
    const std::vector<int64_t> actual = batch.target.to_vector<int64_t>();
    labels.insert(labels.end(), actual.begin(), actual.end());
  };
  test_model(model, loss, validation, options);
  return best_of(config.threshold.best, scores, labels);
}

}  // namespace hebb
