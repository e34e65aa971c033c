#include "hebb/run/session.h"

#include <algorithm>
#include <optional>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/interrupt.h"
#include "hebb/base/parallel.h"
#include "hebb/base/shell_word.h"
#include "hebb/run/checkpoint_folder.h"
#include "hebb/run/finish_run.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/run_place.h"
#include "hebb/run/run_setup.h"
#include "hebb/train/csv_log.h"
#include "hebb/train/diverged.h"

namespace hebb {
namespace {

void use_threads(Config& config) {
  if (config.train.threads > 0)
    set_num_threads(int(config.train.threads));
  config.train.threads = num_threads();
}

struct NoteStop : Callback {
  std::string reason;
  int64_t steps = 0;
  void train_end(TrainState& state) override {
    reason = state.stop_reason;
    steps = state.step;
  }
};

struct RemoveEmpty {  // a run that an error or a signal ended before it began leaves no folder
                      // behind
  const RunPlace& place;
  ~RemoveEmpty() {
    std::error_code ignored;
    if (place.made && fs::is_empty(place.run.path, ignored))
      fs::remove(place.run.path, ignored);
  }
};

// differences: as differing_keys has them, "KEY (value, was value)".
bool names_key(const std::vector<std::string>& differences, const std::string& key) {
  return std::any_of(differences.begin(), differences.end(), [&](const std::string& difference) {
    return difference.starts_with(key + " ");
  });
}

// Steps and epochs that are made stay made.
void check_extension(const RunFolder& run, const TrainConfig& t,
                     const std::optional<Checkpoint>& from) {
  if (!from)
    return;
  const int64_t epochs = from->epoch + (from->batch > 0);
  check_in(t.epochs >= epochs, ErrorKind::usage, run.path.string(),
           "{} epochs are done or begun; train.epochs is {}, should be at least as many", epochs,
           t.epochs);
  check_in(t.max_steps == 0 || t.max_steps >= from->step, ErrorKind::usage, run.path.string(),
           "{} steps are done; train.max_steps is {}, should be at least as many, or 0", from->step,
           t.max_steps);
}

// The run is unfinished again, then it has the new configuration: killed in between, it is extended
// the next time. Early stopping that is another one has not spoken yet.
void extend(const RunFolder& run, const RunSetup& setup, const std::vector<std::string>& keys,
            ModelInfo& info, std::optional<Checkpoint>& from) {
  info.result.reset();
  write_model_info(run.model(), info);
  write_file_atomic(run.config(), to_toml(setup.config));
  if (from && names_key(keys, "train.early_stopping"))
    from->stop_reason.clear();
}

void say_what_begins(const SessionOptions& options, const RunFolder& run, const RunSetup& setup,
                     const ModelInfo& info, const std::string& hash,
                     const std::vector<std::string>& extended,
                     const std::optional<Checkpoint>& from) {
  if (!options.say)
    return;
  for (const std::string& note : setup.data.notes)
    options.say("note: " + note);
  for (const std::string& key : extended)
    options.say("note: the run goes on with " + key);
  if (from && setup.parts.schedule.needs_total &&
      (names_key(extended, "train.epochs") || names_key(extended, "train.max_steps")))
    options.say(
        fmt::format("note: the schedule {} spans the whole training: from here on it is that of "
                    "the training as it is now",
                    setup.parts.schedule.name));
  if (options.resume && !from)
    options.say("note: there is nothing to go on with; the training begins anew");
  options.say(fmt::format("{} {}: {} samples{}, {} parameters, seed {}, {} thread{}",
                          from ? "going on with" : "training", run.path.string(),
                          setup.data.train.size(),
                          setup.data.validation.empty()
                              ? ""
                              : fmt::format(" and {} for validation", setup.data.validation.size()),
                          info.parameters, info.seed, info.threads, info.threads == 1 ? "" : "s"));
  options.say(fmt::format("configuration {}, data {}", hash.substr(0, 19),
                          info.part("train") ? info.part("train")->hash : ""));
  if (from)
    options.say(fmt::format("from step {}, epoch {}", from->step, from->epoch + 1));
}

}  // namespace

SessionCheck check_run(Config config, const SessionOptions& options) {
  use_threads(config);
  RunSetup setup = set_up_run(std::move(config), options.data, {}, true);
  Trainer trainer(setup.model(), setup.trainer_options());
  SessionCheck out{.summaries = summaries_of(setup.net, setup.models.get(), setup.config),
                   .train = setup.data.train.size(),
                   .validation = setup.data.validation.size(),
                   .test = setup.data.test.size(),
                   .notes = setup.data.notes};
  std::vector<int64_t> first(
      size_t(std::min(setup.config.train.batch_size, setup.data.train.size())));
  for (size_t i = 0; i < first.size(); ++i)
    first[i] = int64_t(i);
  FitOptions fit = setup.fit_options(Verbosity::silent);
  fit.epochs = 1;
  fit.max_steps = 1;
  fit.validation_data.reset();
  const std::vector<EpochLog> history = trainer.fit(setup.data.train.subset(first), fit);
  out.loss = find_value(history.back().values, "loss").value();
  return out;
}

SessionResult train_run(Config config, const SessionOptions& options) {
  use_threads(config);
  std::optional<InterruptScope> before_training(
      std::in_place);  // while data are read or downloaded, a signal is an error like others
  const RunParts early(config.train);  // mistakes are found before a folder is made
  const RunPlace place = place_of(config, options);
  const RunFolder& run = place.run;
  const RunLock lock(run);
  clear_leftovers(run);
  std::optional<ModelInfo> begun;
  std::optional<data::Recipe> recipe;
  std::optional<Checkpoint> from;
  if (place.resumed) {
    begun = read_model_info(run.model());
    std::error_code error;
    if (begun->result && place.extended.empty() && fs::exists(run.weights(), error))
      return {run, *begun->result, true};  // weights that are gone are in the checkpoint
    from = newest_checkpoint(run.checkpoints());
    recipe = read_run_recipe(run, config, *begun);
    config = with_resolved_keys(std::move(config), read_run_config(run));
    check_extension(run, config.train, from);
  }
  const RemoveEmpty remove_empty{place};

  const auto known = begun ? std::optional(KnownRun{*begun, *recipe}) : std::nullopt;
  RunSetup setup = set_up_run(config, options.data, known, !from);
  if (const int signal = interrupt_requested())
    fail(ErrorKind::interrupted, "", "stopped by {} before the first step", interrupt_name(signal));
  before_training.reset();
  ModelInfo info = setup.describe(run.name());
  const std::string hash = config_hash(setup.config);
  if (from)
    check_in(from->config_hash == hash, ErrorKind::data, run.checkpoints().string(),
             "the checkpoint of step {} belongs to another configuration", from->step);
  if (begun) {
    begun->data = check_same(run, info, *begun);
    info = *begun;
    if (!info.diverged.empty()) {  // it is tried again
      info.diverged.clear();
      write_model_info(run.model(), info);
    }
    if (!place.extended.empty())
      extend(run, setup, place.extended, info, from);
  } else {
    write_file_atomic(run.config(), to_toml(setup.config));
    write_file_atomic(run.recipe(), setup.data.recipe.to_json());
    write_model_info(run.model(), info);
  }
  say_what_begins(options, run, setup, info, hash, place.extended, from);

  TrainerOptions trainer_setup = setup.trainer_options();
  trainer_setup.callbacks = setup.weight_callbacks();
  const std::shared_ptr<EarlyStopping> stopping = setup.early_stopping();
  if (stopping)
    trainer_setup.callbacks.push_back(stopping);
  const auto csv = std::make_shared<CsvLog>(run.path);
  const auto end = std::make_shared<NoteStop>();
  trainer_setup.callbacks.push_back(csv);
  trainer_setup.callbacks.push_back(end);
  Trainer trainer(setup.model(), std::move(trainer_setup));

  FitOptions fit = setup.fit_options(options.verbosity);
  fit.resume = std::move(from);
  from.reset();
  fit.save_checkpoint = [&, keep = fit.checkpoint.keep](const Checkpoint& checkpoint) {
    csv->flush();
    Checkpoint mine = checkpoint;
    mine.config_hash = hash;
    make_folders(run.checkpoints());
    save_checkpoint(run.checkpoints() / std::to_string(mine.step), mine);
    keep_checkpoints(run.checkpoints(), mine.step, keep);
  };
  const std::vector<EpochLog> history = [&] {
    try {
      return trainer.fit(setup.data.train, std::move(fit));
    } catch (const Diverged& error) {
      info.diverged = error.message();
      write_model_info(run.model(), info);
      throw;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::interrupted)
        throw;
      throw error.with_details(fmt::format(
          "saved in {0}; to go on from there: {1} --out {2} --resume", run.path.string(),
          options.command.empty() ? "hebb train CONFIG.toml" : options.command,
          shell_word(run.path.string())));
    }
  }();

  RunResult result = result_of(history, stopping.get(),
                               stopping && setup.config.train.early_stopping->restore_best,
                               setup.models != nullptr);
  result.steps = end->steps;
  result.stopped = end->reason;
  return {run, finish_run(run, setup, std::move(info), history, std::move(result)), false};
}

}  // namespace hebb
