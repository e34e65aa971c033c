#include "hebb/run/finish_run.h"

#include <limits>
#include <optional>

#include "hebb/base/file.h"
#include "hebb/base/sha256.h"
#include "hebb/formats/safetensors.h"
#include "hebb/run/baseline.h"
#include "hebb/run/class_threshold.h"
#include "hebb/run/run_report.h"
#include "hebb/train/evaluation.h"

namespace hebb {
namespace {

// The epoch of the best value by early stopping (none was better: of the last weights, which are
// kept), else by val_loss, else the last.
int64_t best_epoch(const std::vector<EpochLog>& history, const EarlyStopping* stopping,
                   bool several) {
  int64_t best = history.empty() ? 0 : history.back().epoch;
  if (stopping)
    return stopping->best_epoch() > 0 ? stopping->best_epoch() : best;
  if (several)
    return best;
  double lowest = std::numeric_limits<double>::infinity();
  for (const EpochLog& log : history)
    if (const std::optional<double> loss = find_value(log.values, "val_loss");
        loss && *loss < lowest) {
      lowest = *loss;
      best = log.epoch;
    }
  return best;
}

// -> the file's checksum
std::string save_weights(const RunFolder& run, nn::Module& model) {
  const nn::StateDict state = model.state_dict();
  const std::string bytes =
      encode_safetensors(NamedTensors(state.begin(), state.end()), {{"format", "pt"}});
  write_file_atomic(run.weights(), bytes);
  return sha256_hex(bytes);
}

// intervals: those to be measured.
TestResult tested_on(const data::Dataset& data, RunSetup& setup, const ModelInfo& info,
                     const std::optional<Intervals>& intervals) {
  if (setup.models)
    return test_parts(*setup.models, setup.config, *setup.task, data);
  return test_with_intervals(setup.net, *setup.parts.loss, data,
                             {.workers = setup.config.data.workers,
                              .task = setup.config.train.task,
                              .threshold = info.threshold},
                             intervals);
}

// Fitted, saved, and measured on the same samples as the model.
void add_baselines(const RunFolder& run, RunSetup& setup, const data::Dataset& tested,
                   RunResult& result) {
  const std::optional<BaselineProblem> problem = setup.baseline_problem();
  if (!problem)
    return;
  Baselines baselines = fit_baselines(setup.data.train, *problem);
  save_baselines(run.baseline(), baselines);
  result.baseline = baseline_scores(baselines, *problem, tested);
  result.no_linear = baselines.no_linear;
}

}  // namespace

RunResult result_of(const std::vector<EpochLog>& history, const EarlyStopping* stopping,
                    bool keeps_best, bool several) {
  RunResult out{.epochs = int64_t(history.size()),
                .best_epoch = best_epoch(history, stopping, several),
                .kept_epoch = 0,
                .steps = history.empty() ? 0 : history.back().steps,
                .seconds = 0,
                .stopped = {},
                .metrics = {}};
  for (const EpochLog& log : history)
    out.seconds += log.seconds;
  out.kept_epoch = stopping && keeps_best ? out.best_epoch : out.epochs;
  if (out.kept_epoch > 0)
    out.metrics = history.at(size_t(out.kept_epoch - 1)).values;
  return out;
}

RunResult finish_run(const RunFolder& run, RunSetup& setup, ModelInfo info,
                     const std::vector<EpochLog>& history, RunResult result) {
  // What comes after the weights may fail (a picture of the test part was damaged meanwhile): they
  // can be used all the same.
  info.weights_sha256 = save_weights(run, setup.module());
  write_model_info(run.model(), info);
  const RunData& data = setup.data;
  if (!setup.models)
    info.threshold =
        find_threshold(setup.config.train, setup.net, *setup.parts.loss, data.validation);
  if (setup.gives_intervals())
    info.intervals = fit_intervals(setup.net, *setup.parts.loss, data.validation,
                                   {.workers = setup.config.data.workers});
  const bool has_test = !data.test.empty();
  const data::Dataset& tested = has_test ? data.test : data.validation;
  std::optional<TestResult> seen;
  if (!tested.empty()) {
    // On the samples that they come from intervals would promise too much.
    seen = tested_on(tested, setup, info, has_test ? info.intervals : std::nullopt);
    add_baselines(run, setup, tested, result);
  }
  if (seen && has_test)
    for (const auto& [name, value] : seen->metrics)
      result.metrics.emplace_back("test_" + name, value);
  info.result = result;
  if (seen)
    write_file_atomic(run.report(), report_html(run_report(setup.config, info, history, tested,
                                                           has_test ? "test" : "validation", *seen,
                                                           result.baseline)));
  write_model_info(run.model(), info);
  return result;
}

}  // namespace hebb
