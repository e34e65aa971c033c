#include "hebb/train/session.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/log.h"
#include "hebb/base/nearest.h"
#include "hebb/base/parallel.h"
#include "hebb/base/sha256.h"
#include "hebb/base/version.h"
#include "hebb/data/loader.h"
#include "hebb/data/preprocess.h"
#include "hebb/formats/safetensors.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/random_key.h"
#include "hebb/optim/parse.h"
#include "hebb/train/csv_log.h"
#include "hebb/train/early_stopping.h"
#include "hebb/train/evaluation.h"
#include "hebb/train/losses.h"
#include "hebb/train/model_setup.h"
#include "hebb/train/run_report.h"
#include "hebb/train/trainer.h"

namespace hebb {
namespace {

// A mistake in a line of the configuration, with the key it stands under.
template <class F>
auto at_key(const std::string& key, F&& f) {
  try {
    return f();
  } catch (const Error& error) { throw Error(ErrorKind::usage, key, error.what()); }
}

// An optimiser looks at its numbers when it is made.
optim::OptimizerFactory checked(optim::OptimizerFactory factory) {
  optim::ParamGroup group;
  group.params.push_back(Tensor::empty({1}));
  factory({std::move(group)});
  return factory;
}

// What the configuration's lines stand for. Made first: a mistake is found before any data are read.
struct Parts {
  optim::OptimizerFactory optimizer;
  optim::Schedule schedule;
  std::vector<metrics::Metric> metrics;

  explicit Parts(const TrainConfig& t)
      : optimizer(at_key("train.optimizer", [&] { return checked(optim::parse_optimizer(t.optimizer)); })),
        schedule(at_key("train.schedule", [&] { return optim::parse_schedule(t.schedule); })) {
    for (const std::string& word : t.metrics) metrics.push_back(at_key("train.metrics", [&] { return metrics::metric(word); }));
    if (!t.loss.empty()) at_key("train.loss", [&] { return parse_loss(t.loss); });
  }
};

bool higher_is_better(const std::string& monitor) {
  const std::string name = monitor.starts_with("val_") ? monitor.substr(4) : monitor;
  if (name == "loss") return false;
  return at_key("train.early_stopping.monitor", [&] { return metrics::metric(name).better == metrics::Better::higher; });
}

void check_monitor(const TrainConfig& t, bool validated) {
  if (!t.early_stopping) return;
  const std::string& monitor = t.early_stopping->monitor;
  check_in(validated || !monitor.starts_with("val_"), ErrorKind::usage, "train.early_stopping",
           "monitors {}, but there is no validation part; set data.split = {{ train = 0.9, validation = 0.1 }}", monitor);
  std::vector<std::string> known;
  for (const char* prefix : {"", "val_"}) {
    known.push_back(std::string(prefix) + "loss");
    for (const std::string& word : t.metrics) known.push_back(prefix + word);
  }
  check_in(std::find(known.begin(), known.end(), monitor) != known.end(), ErrorKind::usage, "train.early_stopping.monitor", "{}",
           unknown_word("value", monitor, known));
}

// The keys that make no difference to the result.
Config without_free_keys(Config config) {
  config.data.workers = 0;
  return config;
}

std::string hash_of(const Config& config) { return "sha256:" + sha256_hex(to_toml(without_free_keys(config))); }

// What differs, when a key that a run has resolved is still open in `now`.
std::vector<std::string> differences(Config now, const Config& run) {
  if (now.model.input.empty()) now.model.input = run.model.input;
  if (!now.data.split) now.data.split = run.data.split;
  if (now.train.loss.empty()) now.train.loss = run.train.loss;
  if (now.train.metrics.empty()) now.train.metrics = run.train.metrics;
  return differing_keys(without_free_keys(now), without_free_keys(run));
}

Config config_of(const RunFolder& run) { return parse_config(read_file(run.config(), 16 << 20), run.config().string()); }

struct Place {
  RunFolder run;
  bool resumed = false;  // a configuration and a description are there
};

// Where the run goes: the rules of --out and --resume.
Place place_of(const Config& config, const SessionOptions& options) {
  const auto refuse = [&](const RunFolder& run, const std::vector<std::string>& keys) {
    throw Error(ErrorKind::usage, run.path.string(), fmt::format("was trained with another configuration: {}", fmt::join(keys, "; ")),
                "go on with the configuration it has, or leave out --resume to begin a new run");
  };
  if (!options.out.empty()) {
    const RunFolder run{options.out};
    if (is_run(run.path)) {
      check_in(options.resume, ErrorKind::usage, run.path.string(),
               "there is a run in this folder already; --resume goes on with it, another --out begins a new one");
      const std::vector<std::string> keys = differences(config, config_of(run));
      if (!keys.empty()) refuse(run, keys);
      return {run, true};
    }
    std::error_code error;
    const bool begun = options.resume && fs::exists(run.config(), error);  // killed before it had a description
    check_in(begun || is_empty_or_missing(run.path), ErrorKind::usage, run.path.string(),
             "is not empty and holds no run; --out should name a new folder");
    make_folders(run.path);
    return {run, false};
  }
  if (options.resume) {
    const std::vector<RunFolder> runs = runs_of(options.runs, options.stem);
    for (const RunFolder& run : runs)
      if (differences(config, config_of(run)).empty()) return {run, true};
    if (!runs.empty()) refuse(runs.front(), differences(config, config_of(runs.front())));
  }
  return {make_run(options.runs, options.stem), false};
}

std::vector<std::string> preprocessing(const RunData& data) {
  std::vector<std::string> steps;
  if (data.train.pictures()) {
    steps = data::picture_steps(data.train.picture_shape());
    steps.push_back("scale to 0..1");
  }
  if (!data.mean.empty()) steps.push_back(fmt::format("subtract mean {::.6g}, divide by deviation {::.6g}", data.mean, data.std));
  return steps;
}

ModelInfo describe_run(const RunFolder& run, const Config& config, const RunData& data, nn::Sequential& net) {
  ModelInfo info;
  info.name = run.name();
  info.task = data.train.task() == data::Task::regression ? "regression" : "classification";
  info.input.kind = data.train.pictures() ? "picture" : "values";
  info.input.shape = config.model.input;
  info.input.dtype = data.train.pictures() ? "f32" : name(data.train.dtype());
  info.input.features = data.train.feature_names();
  info.preprocessing = preprocessing(data);
  info.normalize = {data.mean, data.std};
  info.labels = data.train.class_names();
  info.output = output_of(net, config.model.input);
  info.parameters = net.parameter_count();
  const std::pair<const char*, const data::Dataset&> parts[] = {
      {"train", data.train}, {"validation", data.validation}, {"test", data.test}};
  for (const auto& [part, set] : parts)
    if (!set.empty()) info.data.push_back({part, set.name(), set.size(), set.hash()});
  info.statistics = data.statistics;
  info.seed = config.train.seed;
  info.threads = config.train.threads;
  const std::string kernels = cpu::versions();
  const size_t simd = kernels.find("SIMD ");
  info.instruction_set = simd == std::string::npos ? "" : kernels.substr(simd + 5);
  info.versions = {{"hebb", version()}, {"kernels", kernels}, {"compiler", compiler()}};
  return info;
}

// A resumed run must have what it began with, or its bits would change.
void check_same(const RunFolder& run, const ModelInfo& now, const ModelInfo& begun) {
  for (const DataPart& part : begun.data) {
    const DataPart* other = now.part(part.part);
    check_in(other && other->hash == part.hash, ErrorKind::data, run.path.string(),
             "the {} data have changed since the run began: {} was {}, is {}", part.part, part.name, part.hash,
             other ? other->hash : "missing");
  }
  check_in(now.instruction_set == begun.instruction_set, ErrorKind::usage, run.path.string(),
           "the run began on a processor with {}, this one has {}; going on here would not end in the same bits", begun.instruction_set,
           now.instruction_set);
  if (now.versions != begun.versions)
    warn(fmt::format("{}: the run began with other versions of hebb or its libraries; it may not end in the same bits", run.path.string()));
}

// Everything the configuration leaves open gets its value, so that the folder says it.
void resolve(Config& config, data::Task task, const Dims& output) {
  if (config.train.loss.empty()) config.train.loss = default_loss(task, output);
  if (config.train.metrics.empty()) config.train.metrics = default_metrics(task);
}

void say(const SessionOptions& options, const std::string& line) {
  if (options.say) options.say(line);
}

// Data, model and the resolved configuration: what a run and a check have in common.
struct Setup {
  Config config;
  Parts parts;
  RunData data;
  nn::Sequential net;
  Loss loss;

  Setup(Config given, const SessionOptions& options, const ModelInfo* known, bool with_values)
      : config(std::move(given)),
        parts(config.train),
        data(open_run_data(config, options.data, known)),
        net(build(config, with_values)),
        loss(finish()) {}

 private:
  static nn::Sequential build(const Config& config, bool with_values) {
    manual_seed(uint64_t(config.train.seed));
    return build_model(config, with_values);
  }
  Loss finish() {
    const data::Task task = data.train.task();
    const Dims output = output_of(net, config.model.input);
    check_output(output, task == data::Task::regression ? data.train.target_shape() : Dims{}, data.train.classes(),
                 task == data::Task::regression);
    resolve(config, task, output);
    parts = Parts(config.train);
    check_monitor(config.train, !data.validation.empty());
    return parse_loss(config.train.loss);
  }
};

FitOptions fit_options(const Config& config, const RunData& data, Verbosity verbosity) {
  const TrainConfig& t = config.train;
  FitOptions fit;
  fit.epochs = t.epochs;
  fit.batch_size = t.batch_size;
  if (!data.validation.empty()) fit.validation_data = data.validation;
  fit.max_steps = t.max_steps;
  fit.max_seconds = parse_duration(t.max_time, "train.max_time");
  fit.workers = int(config.data.workers);
  fit.seed = uint64_t(t.seed);
  fit.verbosity = verbosity;
  fit.checkpoint = {.every_steps = t.checkpoint.every_steps, .every_epochs = t.checkpoint.every_epochs, .keep = t.checkpoint.keep};
  return fit;
}

TrainerOptions trainer_options(const Setup& setup) {
  const TrainConfig& t = setup.config.train;
  return {.loss = setup.loss,
          .optimizer = setup.parts.optimizer,
          .metrics = setup.parts.metrics,
          .schedule = setup.parts.schedule,
          .clip_norm = t.clip_norm,
          .clip_value = t.clip_value,
          .accumulate = t.accumulate};
}

// The best epoch by early stopping's value, else by val_loss, else the last.
int64_t best_epoch(const std::vector<EpochLog>& history, const EarlyStopping* stopping) {
  if (stopping && stopping->best_epoch() > 0) return stopping->best_epoch();
  int64_t best = history.empty() ? 0 : history.back().epoch;
  double lowest = std::numeric_limits<double>::infinity();
  for (const EpochLog& log : history)
    for (const auto& [name, value] : log.values)
      if (name == "val_loss" && value < lowest) lowest = value, best = log.epoch;
  return best;
}

}  // namespace

SessionCheck check_run(Config config, const SessionOptions& options) {
  Setup setup(std::move(config), options, nullptr, true);
  Trainer trainer(setup.net, trainer_options(setup));
  SessionCheck out{.summary = nn::summarize(setup.net, setup.config.model.input),
                   .train = setup.data.train.size(),
                   .validation = setup.data.validation.size(),
                   .test = setup.data.test.size()};
  std::vector<int64_t> first(size_t(std::min(setup.config.train.batch_size, setup.data.train.size())));
  for (size_t i = 0; i < first.size(); ++i) first[i] = int64_t(i);
  FitOptions fit = fit_options(setup.config, setup.data, Verbosity::silent);
  fit.epochs = 1;
  fit.max_steps = 1;
  fit.validation_data.reset();
  const std::vector<EpochLog> history = trainer.fit(setup.data.train.subset(first), fit);
  out.loss = value_of(history.back(), "loss");
  return out;
}

SessionResult train_run(Config config, const SessionOptions& options) {
  if (config.train.threads > 0) set_num_threads(int(config.train.threads));
  config.train.threads = num_threads();
  const Parts early(config.train);  // mistakes are found before a folder is made
  const Place place = place_of(config, options);
  const RunFolder& run = place.run;
  const RunLock lock(run);
  clear_leftovers(run);
  std::optional<ModelInfo> begun;
  std::optional<Checkpoint> from;
  if (place.resumed) {
    begun = read_model_info(run.model());
    if (begun->result) return {run, *begun->result, true};
    from = newest_checkpoint(run.checkpoints());
  }

  struct RemoveEmpty {  // a run that never began leaves no folder
    const fs::path& path;
    ~RemoveEmpty() {
      std::error_code ignored;
      if (fs::is_empty(path, ignored)) fs::remove(path, ignored);
    }
  } remove_empty{run.path};

  Setup setup(config, options, begun ? &*begun : nullptr, !from);
  for (const std::string& note : setup.data.notes) say(options, "note: " + note);
  ModelInfo info = describe_run(run, setup.config, setup.data, setup.net);
  const std::string hash = hash_of(setup.config);
  if (begun) {
    check_same(run, info, *begun);
    info = *begun;
  } else {
    write_file_atomic(run.config(), to_toml(setup.config));
    write_model_info(run.model(), info);
  }
  if (from)
    check_in(from->config_hash == hash, ErrorKind::data, run.checkpoints().string(),
             "the checkpoint of step {} belongs to another configuration", from->step);
  say(options, fmt::format("{} {}: {} samples{}, {} parameters, seed {}, {} thread{}", from ? "going on with" : "training",
                           run.path.string(), setup.data.train.size(),
                           setup.data.validation.empty() ? "" : fmt::format(" and {} for validation", setup.data.validation.size()),
                           info.parameters, info.seed, info.threads, info.threads == 1 ? "" : "s"));
  say(options, fmt::format("configuration {}, data {}", hash.substr(0, 19), info.part("train") ? info.part("train")->hash : ""));
  if (from) say(options, fmt::format("from step {}, epoch {}", from->step, from->epoch + 1));

  TrainerOptions trainer_setup = trainer_options(setup);
  std::shared_ptr<EarlyStopping> stopping;
  if (const auto& e = setup.config.train.early_stopping) {
    stopping = std::make_shared<EarlyStopping>(EarlyStoppingOptions{.monitor = e->monitor,
                                                                    .patience = e->patience,
                                                                    .min_delta = e->min_delta,
                                                                    .higher_is_better = higher_is_better(e->monitor),
                                                                    .restore_best = e->restore_best});
    trainer_setup.callbacks.push_back(stopping);
  }
  struct NoteStop : Callback {
    std::string reason;
    int64_t steps = 0;
    void train_end(TrainState& state) override {
      reason = state.stop_reason;
      steps = state.step;
    }
  };
  const auto csv = std::make_shared<CsvLog>(run.path);
  const auto end = std::make_shared<NoteStop>();
  trainer_setup.callbacks.push_back(csv);
  trainer_setup.callbacks.push_back(end);
  Trainer trainer(setup.net, std::move(trainer_setup));

  FitOptions fit = fit_options(setup.config, setup.data, options.verbosity);
  fit.resume = std::move(from);
  fit.save_checkpoint = [&](const Checkpoint& checkpoint) {
    csv->flush();
    Checkpoint mine = checkpoint;
    mine.config_hash = hash;
    make_folders(run.checkpoints());
    save_checkpoint(run.checkpoints() / std::to_string(mine.step), mine);
    keep_checkpoints(run.checkpoints(), mine.step, fit.checkpoint.keep);
  };
  const std::vector<EpochLog> history = [&] {
    try {
      return trainer.fit(setup.data.train, fit);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::interrupted) throw;
      throw error.with_details(fmt::format("saved in {}; --out {} --resume goes on from there", run.path.string(), run.path.string()));
    }
  }();

  // Everything below is done again when the process dies on the way: a run is finished when model.json has its result.
  write_safetensors(run.weights(),
                    [&] {
                      const nn::StateDict state = setup.net.state_dict();
                      return NamedTensors(state.begin(), state.end());
                    }(),
                    {{"format", "pt"}});
  RunResult result{.epochs = int64_t(history.size()),
                   .best_epoch = best_epoch(history, stopping.get()),
                   .steps = end->steps,
                   .seconds = 0,
                   .stopped = end->reason,
                   .metrics = {}};
  for (const EpochLog& log : history) result.seconds += log.seconds;
  const int64_t kept = stopping && setup.config.train.early_stopping->restore_best ? result.best_epoch : int64_t(history.size());
  if (kept > 0) result.metrics = history[size_t(kept - 1)].values;
  const std::string part = setup.data.test.empty() ? "validation" : "test";
  const data::Dataset& tested = setup.data.test.empty() ? setup.data.validation : setup.data.test;
  TestResult seen;
  if (!tested.empty()) {
    seen = test_model(setup.net, setup.loss, tested, setup.config.data.workers);
    if (part == "test")
      for (const auto& [name, value] : seen.metrics) result.metrics.emplace_back("test_" + name, value);
  }
  info.result = result;
  if (!tested.empty()) write_file_atomic(run.report(), report_html(run_report(setup.config, info, history, tested, part, seen)));
  write_model_info(run.model(), info);
  return {run, result, false};
}

}  // namespace hebb
