#include "hebb/run/saved_run.h"

#include <optional>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/parallel.h"
#include "hebb/base/sha256.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/formats/safetensors.h"
#include "hebb/nn/build.h"
#include "hebb/nn/layer_lines.h"
#include "hebb/nn/losses.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/run_folder.h"
#include "hebb/run/run_report.h"
#include "hebb/run/run_setup.h"
#include "hebb/tasks/targets.h"
#include "hebb/tasks/task.h"
#include "hebb/train/csv_log.h"
#include "hebb/train/evaluation.h"

namespace hebb {
namespace {

// The SPEC of a part that is all of its source; empty: a part of one, which no SPEC names.
std::string spec_of(const data::Dataset& part) {
  return !part.empty() && part.size() == part.source().info().size ? part.name() : std::string();
}

Config config_of(nn::Sequential& net, const SaveRunOptions& o) {
  Config out;
  out.data.train = o.train.name();
  out.data.test = spec_of(o.test);
  out.data.target = o.target.empty() ? o.train.target_name() : o.target;
  out.data.columns = o.train.feature_names();
  const Dims shape = data::find_field(o.train.recipe().output(), data::input_field)->shape;
  out.model.input = shape;
  out.model.layers = nn::layer_lines(net, shape);
  out.train.loss = o.loss;
  if (!o.optimizer.empty())
    out.train.optimizer = o.optimizer;
  out.train.batch_size = o.batch_size;
  out.train.seed = o.seed;
  out.train.threads = num_threads();
  out.train.epochs = std::max<int64_t>(int64_t(o.history.size()), 1);
  return out;
}

// The task, whose loss and metrics are taken where none is named.
const Task& resolve_task(Config& config, nn::Sequential& net, const SaveRunOptions& o) {
  const Dims output = output_of(net, config.model.input, nn::input_dtype(config.model.layers));
  std::optional<Loss> loss;
  if (!config.train.loss.empty())
    loss = parse_loss(config.train.loss);
  check_output(output, o.train, loss ? &*loss : nullptr);
  const Task& task =
      task_for(problem_of(o.train, output, loss ? loss->outputs() : Outputs::logits));
  if (!loss)
    config.train.loss = task.loss;
  config.train.metrics.assign(task.metrics.begin(), task.metrics.end());
  return task;
}

void check_folder(const RunFolder& run) {
  if (is_run(run.path))
    return check_in(!path_exists(run.checkpoints()), ErrorKind::usage, run.path.string(),
                    "holds a run with checkpoints, which is not written over; name a new folder");
  check_in(is_empty_or_missing(run.path), ErrorKind::usage, run.path.string(),
           "is not empty and holds no run; name a new folder");
}

std::string encoded_weights(nn::Sequential& net) {
  const nn::StateDict state = net.state_dict();
  return encode_safetensors(NamedTensors(state.begin(), state.end()), {{"format", "pt"}});
}

int64_t best_epoch(const std::vector<EpochLog>& history) {
  int64_t best = int64_t(history.size());
  double lowest = std::numeric_limits<double>::infinity();
  for (const EpochLog& log : history)
    if (const std::optional<double> loss = find_value(log.values, "val_loss");
        loss && *loss < lowest)
      lowest = *loss, best = log.epoch;
  return best;
}

RunResult result_of(const std::vector<EpochLog>& history) {
  RunResult out{.epochs = int64_t(history.size()),
                .best_epoch = best_epoch(history),
                .kept_epoch = int64_t(history.size()),
                .steps = history.empty() ? 0 : history.back().steps,
                .seconds = 0,
                .stopped = {},
                .metrics = history.empty() ? NamedValues{} : history.back().values};
  for (const EpochLog& log : history)
    out.seconds += log.seconds;
  return out;
}

}  // namespace

void save_run(const fs::path& folder, nn::Sequential& net, const SaveRunOptions& o) {
  check_in(!o.train.empty(), ErrorKind::usage, "save_run",
           "has no train data, which say what the model takes and what its answers are called");
  const RunFolder run{folder};
  check_folder(run);
  net.eval();
  Config config = config_of(net, o);
  const Task& task = resolve_task(config, net, o);
  const Loss loss = parse_loss(config.train.loss);
  RunData data{.train = o.train,
               .validation = o.validation,
               .test = o.test,
               .recipe = o.train.recipe(),
               .statistics = {},
               .notes = {}};
  if (o.train.pictures())
    data.statistics = data::statistics(o.train).pictures;
  RunParts parts(config.train);
  RunSetup setup{.config = config,
                 .parts = std::move(parts),
                 .data = std::move(data),
                 .net = net,
                 .task = &task};
  ModelInfo info = setup.describe(run.name());

  make_folders(folder);
  const RunLock lock(run);
  write_file_atomic(run.config(), to_toml(config));
  write_file_atomic(run.recipe(), o.train.recipe().to_json());
  const std::string weights = encoded_weights(net);
  info.weights_sha256 = sha256_hex(weights);
  write_model_info(run.model(), info);  // unfinished: killed below, the folder says so
  write_file_atomic(run.weights(), weights);
  write_metrics_csv(run.metrics(), o.history);
  RunResult result = result_of(o.history);
  const bool own_test = !o.test.empty();
  const data::Dataset tested =
      (own_test ? o.test : o.validation).empty()
          ? data::Dataset()
          : (own_test ? o.test : o.validation).with_recipe(o.train.recipe());
  if (tested.empty()) {
    info.result = result;
    return write_model_info(run.model(), info);
  }
  const TestResult seen = test_model(net, loss, tested);
  if (own_test)
    for (const auto& [name, value] : seen.metrics)
      result.metrics.emplace_back("test_" + name, value);
  info.result = result;
  write_file_atomic(run.report(), report_html(run_report(config, info, o.history, tested,
                                                         own_test ? "test" : "validation", seen)));
  write_model_info(run.model(), info);
}

SavedRun open_run(const fs::path& folder) {
  TrainedModel model = load_trained(folder);
  check_in(!model.parts, ErrorKind::usage, folder.string(),
           "holds several models; open_run gives the single one of a run");
  SavedRun out{.name = model.run.name(),
               .task = model.info.task,
               .net = std::move(model.net),
               .recipe = model.recipe,
               .labels = model.info.labels,
               .features = model.info.input.features,
               .input = model.info.input.shape,
               .output = model.info.output,
               .metrics = {},
               .history = {}};
  if (path_exists(model.run.metrics()))
    out.history = read_metrics_csv(model.run.metrics());
  if (model.info.result)
    out.metrics = model.info.result->metrics;
  else if (!out.history.empty())
    out.metrics = out.history.back().values;
  return out;
}

}  // namespace hebb
