#include "hebb/run/saved_run.h"

#include <optional>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/parallel.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/nn/build.h"
#include "hebb/nn/layer_lines.h"
#include "hebb/nn/losses.h"
#include "hebb/run/finish_run.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/run_folder.h"
#include "hebb/run/run_setup.h"
#include "hebb/tasks/targets.h"
#include "hebb/tasks/task.h"
#include "hebb/train/csv_log.h"

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
  const data::SourceInfo& info = o.train.source().info();
  if (!info.id.empty())
    out.data.id = info.id;
  if (!info.weight.empty())
    out.data.weight = info.weight;
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
  const Problem problem = problem_of(o.train, output, loss ? loss->outputs() : Outputs::logits);
  const Task& task = task_for(problem);
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

}  // namespace

void save_run(const fs::path& folder, nn::Sequential& net, const SaveRunOptions& o) {
  check_in(!o.train.empty(), ErrorKind::usage, "save_run",
           "has no train data, which say what the model takes and what its answers are called");
  const RunFolder run{folder};
  check_folder(run);
  net.eval();
  Config config = config_of(net, o);
  const Task& task = resolve_task(config, net, o);
  const data::Recipe recipe = o.train.recipe();
  const auto prepared = [&](const data::Dataset& part) {
    return part.empty() ? part : part.with_recipe(recipe);
  };
  RunParts parts(config.train);  // of its loss, which has a line now
  RunSetup setup{.config = std::move(config),
                 .parts = std::move(parts),
                 .data = {.train = o.train,
                          .validation = prepared(o.validation),
                          .test = prepared(o.test),
                          .recipe = recipe,
                          .statistics = {},
                          .notes = {}},
                 .net = net,
                 .task = &task};
  if (o.train.pictures())
    setup.data.statistics = data::statistics(o.train).pictures;
  const ModelInfo info = setup.describe(run.name());

  make_folders(folder);
  const RunLock lock(run);
  write_file_atomic(run.config(), to_toml(setup.config));
  write_file_atomic(run.recipe(), recipe.to_json());
  write_model_info(run.model(), info);  // unfinished: killed below, the folder says so
  write_metrics_csv(run.metrics(), o.history);
  finish_run(run, setup, info, o.history, result_of(o.history));
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
