#include "hebb/run/run_setup.h"

#include <algorithm>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/nearest.h"
#include "hebb/base/spec.h"
#include "hebb/base/version.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/nn/build.h"
#include "hebb/nn/losses.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random_key.h"
#include "hebb/optim/parse.h"
#include "hebb/run/at_key.h"
#include "hebb/run/class_threshold.h"
#include "hebb/run/class_weights.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/run_task.h"
#include "hebb/run/split_setup.h"
#include "hebb/run/target_scaling.h"
#include "hebb/tasks/targets.h"
#include "hebb/train/average_weights.h"
#include "hebb/train/thaw.h"

namespace hebb {
namespace {

// Of one number: an optimiser looks at its options when it is made.
std::unique_ptr<optim::Optimizer> small_one(const optim::OptimizerFactory& factory) {
  optim::ParamGroup group;
  group.params.push_back(Tensor::empty({1}));
  return factory({std::move(group)});
}

// key: what looks at the measure. measures: names, as logs have them, beside "loss".
void check_monitor(const std::string& key, const std::string& monitor,
                   const std::vector<std::string>& measures, bool validated,
                   const DataConfig& data) {
  check_in(validated || !monitor.starts_with("val_"), ErrorKind::usage, key,
           "monitors {}, but there is no validation part; set {}", monitor,
           key_for_validation(data));
  std::vector<std::string> known;
  for (const char* prefix : {"", "val_"}) {
    known.push_back(std::string(prefix) + "loss");
    for (const std::string& measure : measures)
      known.push_back(prefix + measure);
  }
  check_in(std::find(known.begin(), known.end(), monitor) != known.end(), ErrorKind::usage,
           key + ".monitor", "{}", unknown_word("value", monitor, known));
}

void check_monitors(const Config& config, const optim::Schedule& schedule,
                    const std::vector<std::string>& measures, bool validated) {
  if (const auto& stopping = config.train.early_stopping)
    check_monitor("train.early_stopping", stopping->monitor, measures, validated, config.data);
  if (!schedule.monitor.empty())
    check_monitor("train.schedule", schedule.monitor, measures, validated, config.data);
}

Dims batch_of(int64_t n, Dims sample) {
  sample.insert(0, n);
  return sample;
}

// A loss or metric that cannot take such outputs and targets says so now, not after the first
// batch.
void check_fit(const Loss& loss, std::vector<metrics::Metric> metrics, const Dims& output,
               const data::Dataset& train) {
  NoGrad off;
  const Tensor outputs = zeros(batch_of(2, output));
  const Tensor target = example_targets(train, 2),
               weights = train.weighted() ? full({2}, 1.0) : Tensor();
  TensorDict targets{{std::string(data::target_field), target}};
  if (weights.defined())
    targets.set(sample_weight_name, weights);
  at_key("train.loss", [&] { loss(TensorDict{{"output", outputs}}, targets); });
  for (metrics::Metric& metric : metrics) {
    at_key("train.metrics", [&] { check_metric(metric, train.task()); });
    at_key("train.metrics", [&] { metric.update(outputs, target, weights); });
  }
}

// Batch normalisation of single values cannot be trained on one sample; an epoch's last batch may
// be one.
void check_last_batch(nn::Sequential& net, const TrainConfig& t, const Dims& input, DType dtype,
                      int64_t samples) {
  check_in(!t.drop_last || samples >= t.batch_size, ErrorKind::usage, "train.drop_last",
           "leaves nothing of {} samples with a batch_size of {}", samples, t.batch_size);
  if (t.batch_size > 1 && (t.drop_last || samples % t.batch_size != 1))
    return;
  const RandomScope random;  // a copy's layers are numbered too
  NoGrad off;
  nn::Sequential copy = net;
  copy.train();
  try {
    copy(zeros(batch_of(1, input), dtype));
  } catch (const Error& error) {
    const std::string batch =
        t.batch_size == 1
            ? "a batch is one sample"
            : fmt::format("the last batch of {} samples is one sample (batch_size {})", samples,
                          t.batch_size);
    throw Error(
        ErrorKind::usage, "train.batch_size",
        fmt::format("{}, which this model cannot be trained on: {}", batch, error.message()),
        t.batch_size == 1
            ? "set a larger batch_size"
            : "set train.drop_last = true to leave that batch out, or another batch_size");
  }
}

// A loss on logits has its own softmax or sigmoid. After another one in the model it trains slowly
// or not at all, and nothing fails.
void note_second_activation(const Config& config, Outputs outputs,
                            std::vector<std::string>& notes) {
  const std::string* line = nn::last_line(config.model.layers);
  if (outputs != Outputs::logits || !line)
    return;
  const std::string last = SpecLine::parse(*line).name;
  if (last != "softmax" && last != "sigmoid")
    return;
  const bool binary = config.train.loss.starts_with("bce");
  notes.push_back(fmt::format(
      "the last layer is {}, and the loss {} has a {} of its own; leave the layer out{}", last,
      config.train.loss, binary ? "sigmoid" : "softmax",
      binary && last == "sigmoid" ? ", or set train.loss = \"bce\"" : ""));
}

// The numbers of the recipe's normalisation, for people.
Normalize normalize_of(const data::Recipe& recipe) {
  Normalize out;
  for (const auto& step : recipe.steps()) {
    const std::string word = SpecLine::parse(step->line()).name;
    if (word == "normalize" || word == "standardise")
      fields::from_json(parse_json(step->state()), out);
  }
  return out;
}

nn::Sequential seeded_model(const Config& config, bool with_values) {
  manual_seed(uint64_t(config.train.seed));
  return build_model(config, with_values);
}

std::vector<metrics::Metric> named_metrics(const TrainConfig& t) {
  std::vector<metrics::Metric> out;
  for (const std::string& word : t.metrics)
    out.push_back(at_key("train.metrics", [&] { return metrics::metric(word); }));
  return out;
}

// Of the optimiser, in the whole training, unless time ends it.
int64_t steps_of(const TrainConfig& t, int64_t samples) {
  const int64_t batches =
      t.drop_last ? samples / t.batch_size : (samples + t.batch_size - 1) / t.batch_size;
  const int64_t steps = (batches + t.accumulate - 1) / t.accumulate * t.epochs;
  return t.max_steps > 0 ? std::min(steps, t.max_steps) : steps;
}

}  // namespace

RunParts::RunParts(const TrainConfig& t)
    : optimizer(at_key("train.optimizer", [&] { return optim::parse_optimizer(t.optimizer); })),
      schedule(at_key("train.schedule", [&] { return optim::parse_schedule(t.schedule); })) {
  const auto small = at_key("train.optimizer", [&] { return small_one(optimizer); });
  at_key("train.schedule", [&] {
    schedule.check(small->lr());
    if (const auto momentum = schedule.momentum({.total_steps = 1, .total_epochs = 1}))
      small->set_momentum(*momentum);
  });
  if (!t.penalty.empty())
    penalty = at_key("train.penalty", [&] { return optim::parse_penalty(t.penalty); });
  if (!t.average.empty())
    at_key("train.average", [&] { parse_average(t.average); });
  metrics = named_metrics(t);
  if (!t.loss.empty())
    loss = at_key("train.loss", [&] { return parse_loss(t.loss); });
}

namespace {

void note_long_warmup(const RunParts& parts, const TrainConfig& t, RunData& data) {
  if (const int64_t steps = steps_of(t, data.train.size()); parts.schedule.warmup > steps)
    data.notes.push_back(
        fmt::format("the schedule's warm-up of {} steps is longer than the training of {}; the "
                    "learning rate never gets to "
                    "its value",
                    parts.schedule.warmup, steps));
}

// What is said for a run that begins and a task that reads no targets.
void leave_targets(DataConfig& config) {
  if (!config.normalize_target)
    config.normalize_target = "none";
}

RunSetup set_up_one(Config config, RunParts parts, RunData data, bool with_values, bool resumed) {
  nn::Sequential net = seeded_model(config, with_values);

  const DType dtype = nn::input_dtype(config.model.layers);
  const Dims output = output_of(net, config.model.input, dtype);
  check_output(output, data.train, parts.loss ? &*parts.loss : nullptr);
  const Problem problem =
      problem_of(data.train, output, parts.loss ? parts.loss->outputs() : Outputs::logits);
  const Task* task = at_key("train.task", [&] { return &task_for(problem, config.train.task); });
  check_threshold(config, problem, !data.validation.empty());
  // Everything the configuration leaves open gets its value, so that the folder says it.
  TrainConfig& t = config.train;
  if (!parts.loss) {
    t.loss = task->loss;
    parts.loss = parse_loss(t.loss);
  }
  const std::vector<double> class_weights = class_weights_of(t.class_weights, data.train);
  if (!class_weights.empty())
    parts.loss = at_key("train.class_weights", [&] { return parse_loss(t.loss, class_weights); });
  if (!task->reads_targets())
    leave_targets(config.data);
  else if (!resumed)
    scale_targets(config.data, *parts.loss, data);
  if (t.metrics.empty()) {
    t.metrics.assign(task->metrics.begin(), task->metrics.end());
    parts.metrics = named_metrics(t);
  }
  std::vector<std::string> measures;
  for (const metrics::Metric& metric : parts.metrics)
    measures.push_back(metric.name);
  check_monitors(config, parts.schedule, measures, !data.validation.empty());
  if (!config.model.parameters.empty())
    at_key("model.parameters",
           [&] { optim::param_groups(net.named_parameters(), config.model.parameters); });
  check_fit(*parts.loss, parts.metrics, output, data.train);
  check_last_batch(net, t, config.model.input, dtype, data.train.size());
  note_second_activation(config, parts.loss->outputs(), data.notes);
  note_long_warmup(parts, t, data);
  return {.config = std::move(config),
          .parts = std::move(parts),
          .data = std::move(data),
          .net = std::move(net),
          .task = task,
          .class_weights = class_weights};
}

RunSetup set_up_several(Config config, const Task* task, RunParts parts, RunData data,
                        bool with_values) {
  const TrainConfig& t = config.train;
  resolve_parts(config, *task->several);
  check_in(t.loss.empty(), ErrorKind::usage, "train.loss",
           "is for one model, but those of the task {} have losses of their own; leave it out",
           task->name);
  check_in(t.metrics.empty(), ErrorKind::usage, "train.metrics",
           "are for one model; of the task {} there are the losses; leave them out", task->name);
  check_in(t.class_weights.kind == ClassWeights::Kind::none, ErrorKind::usage,
           "train.class_weights",
           "are for one model and its loss, but those of the task {} have losses of their own",
           task->name);
  check_in(!data.train.weighted(), ErrorKind::usage, "data.weight",
           "is for one model and its loss, but those of the task {} have losses of their own",
           task->name);
  for (const auto& [name, part] : parts_of(config))
    check_in(part->parameters.empty(), ErrorKind::usage, name + ".parameters",
             "are rules for a single model; give [{}] an optimizer of its own", name);
  leave_targets(config.data);
  check_in(t.accumulate == 1, ErrorKind::usage, "train.accumulate",
           "is {}, but models that take turns make a step of every batch; it should be 1",
           t.accumulate);
  manual_seed(uint64_t(t.seed));
  std::shared_ptr<PartsModule> models = build_parts(config, with_values);
  const std::vector<TrainedPart> trained = trained_parts(*models, config);
  std::vector<Dims> outputs;
  std::vector<std::string> measures;
  for (auto& [name, model] : models->models) {
    const Dims& input = trained[outputs.size()].input;
    outputs.push_back(output_of(model, input, f32));
    measures.push_back(name + "_loss");
    check_last_batch(model, t, input, f32, data.train.size());
  }
  task->several->check(trained, outputs, config.model.input);
  check_monitors(config, parts.schedule, measures, !data.validation.empty());
  note_long_warmup(parts, t, data);
  return {.config = std::move(config),
          .parts = std::move(parts),
          .data = std::move(data),
          .net = nn::Sequential(),
          .task = task,
          .models = std::move(models)};
}

}  // namespace

RunSetup set_up_run(Config config, const DataPlace& place, const std::optional<KnownRun>& known,
                    bool with_values) {
  RunParts parts(config.train);
  const Task* task = task_before_data(config);
  RunData data = open_run_data(config, task, place, known);
  if (!parts_of(config).empty())
    return set_up_several(std::move(config), task, std::move(parts), std::move(data), with_values);
  return set_up_one(std::move(config), std::move(parts), std::move(data), with_values,
                    known.has_value());
}

FitOptions RunSetup::fit_options(Verbosity verbosity) const {
  const TrainConfig& t = config.train;
  FitOptions fit;
  fit.epochs = t.epochs;
  fit.batch_size = t.batch_size;
  fit.drop_last = t.drop_last;
  if (!data.validation.empty())
    fit.validation_data = data.validation;
  fit.max_steps = t.max_steps;
  fit.max_seconds = parse_duration(t.max_time, "train.max_time");
  fit.workers = int(config.data.workers);
  fit.seed = uint64_t(t.seed);
  fit.verbosity = verbosity;
  fit.checkpoint = {.every_steps = t.checkpoint.every_steps,
                    .every_epochs = t.checkpoint.every_epochs,
                    .keep = t.checkpoint.keep};
  return fit;
}

TrainerOptions RunSetup::trainer_options() const {
  const TrainConfig& t = config.train;
  if (models)
    return {.schedule = parts.schedule,
            .clip_norm = t.clip_norm,
            .clip_value = t.clip_value,
            .clip_adaptive = t.clip_adaptive,
            .penalty = parts.penalty,
            .turns = task->several->turns(trained_parts(*models, config))};
  return {.loss = *parts.loss,
          .optimizer = parts.optimizer,
          .metrics = parts.metrics,
          .schedule = parts.schedule,
          .clip_norm = t.clip_norm,
          .clip_value = t.clip_value,
          .clip_adaptive = t.clip_adaptive,
          .penalty = parts.penalty,
          .parameters = config.model.parameters,
          .accumulate = t.accumulate};
}

std::vector<std::shared_ptr<Callback>> RunSetup::weight_callbacks() const {
  std::vector<std::shared_ptr<Callback>> out;
  if (!config.model.parameters.empty())
    out.push_back(std::make_shared<Thaw>(config.model.parameters));
  if (!config.train.average.empty())
    out.push_back(parse_average(config.train.average));
  return out;
}

std::shared_ptr<EarlyStopping> RunSetup::early_stopping() const {
  const auto& e = config.train.early_stopping;
  if (!e)
    return nullptr;
  return std::make_shared<EarlyStopping>(EarlyStoppingOptions{.monitor = e->monitor,
                                                              .patience = e->patience,
                                                              .min_delta = e->min_delta,
                                                              .higher_is_better = {},
                                                              .restore_best = e->restore_best});
}

Dims RunSetup::output() {
  return output_of(net, config.model.input, nn::input_dtype(config.model.layers));
}

bool RunSetup::gives_intervals() const {
  return task->reads_targets() && data.train.task() == data::Task::regression &&
         !data.validation.empty();
}

std::optional<BaselineProblem> RunSetup::baseline_problem() {
  if (!task->reads_targets())
    return std::nullopt;
  return BaselineProblem{
      .output = output(), .loss = config.train.loss, .class_weights = class_weights};
}

ModelInfo RunSetup::describe(const std::string& run) {
  ModelInfo info;
  info.name = run;
  info.task = task->reads_targets() ? name(data.train.task()) : task->name;
  info.input.kind = data.train.pictures() ? "picture" : "values";
  info.input.shape = config.model.input;
  info.input.dtype = data.train.pictures() ? "f32" : name(data.train.dtype());
  info.input.features = data.train.feature_names();
  info.preprocessing = data.recipe.words();
  info.normalize = normalize_of(data.recipe);
  if (task->reads_targets())
    info.labels = data.train.class_names();
  info.class_weights = by_label(class_weights, info.labels);
  info.threshold = config.train.threshold.value;  // the best one is found in the end
  info.output = models ? config.model.input : output();
  info.parameters = module().parameter_count();
  const std::pair<const char*, const data::Dataset&> sets[] = {
      {"train", data.train}, {"validation", data.validation}, {"test", data.test}};
  for (const auto& [part, set] : sets)
    if (!set.empty())
      info.data.push_back({part, set.name(), set.size(), set.hash()});
  info.statistics = data.statistics;
  info.seed = config.train.seed;
  info.threads = config.train.threads;
  info.instruction_set = cpu::instruction_sets().front();
  info.versions = {{"hebb", version()}, {"kernels", cpu::versions()}, {"compiler", compiler()}};
  return info;
}

}  // namespace hebb
