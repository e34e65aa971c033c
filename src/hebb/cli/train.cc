// hebb train: from a configuration to a finished run folder, or on from where one was stopped.

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/interrupt.h"
#include "hebb/base/shell_word.h"
#include "hebb/base/terminal.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/data_place.h"
#include "hebb/run/config.h"
#include "hebb/run/folds_session.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/run_task.h"
#include "hebb/run/session.h"

namespace hebb::cli {
namespace {

struct TrainOptions {
  std::string config, out, data_dir;
  std::vector<std::string> settings;
  std::optional<int64_t> folds;
  bool resume = false, check = false;
};

// "accuracy 0.9213, loss 0.2274" of those that begin with the prefix and that the task shows first.
std::string shown(const Task& task, const NamedValues& values, const std::string& prefix) {
  std::string text;
  for (const ShownMeasure& measure : task.headline) {
    const std::string name(measure.name);
    const std::optional<double> value = find_value(values, prefix + name);
    if (value && !std::isnan(*value))
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, metric_text(*value));
  }
  return text;
}

void print_result(const SessionResult& session, const Global& global) {
  const RunResult& r = session.result;
  const std::string folder = session.run.path.string();
  if (global.json) {
    Json metrics = Json::object();
    for (const auto& [name, value] : r.metrics)
      metrics[name] = fields::to_json(value);
    Json out = {{"run", folder},
                {"epochs", r.epochs},
                {"best_epoch", r.best_epoch},
                {"kept_epoch", r.kept_epoch},
                {"seconds", r.seconds},
                {"metrics", metrics}};
    out["steps"] = r.steps;
    out["stopped"] = r.stopped.empty() ? Json(nullptr) : Json(r.stopped);
    return print_json(out);
  }
  if (global.quiet)
    return;
  print_line(fmt::format(
      "{}{}: {} {}, {} steps in {:.1f} s; {}", folder, session.was_finished ? " is finished" : "",
      r.epochs, r.epochs == 1 ? "epoch" : "epochs", r.steps, r.seconds,
      r.kept_epoch == r.best_epoch
          ? fmt::format("best epoch {}", r.best_epoch)
          : fmt::format("epoch {} was better than the last one, whose weights these are; "
                        "train.early_stopping keeps the best",
                        r.best_epoch)));
  const ModelInfo info = read_model_info(session.run.model());
  const Task& task = task_of_run(read_run_config(session.run), info);
  if (const std::string validation = shown(task, r.metrics, "val_"); !validation.empty())
    print_line("  validation  " + validation);
  if (const std::string test = shown(task, r.metrics, "test_"); !test.empty())
    print_line("  test        " + test);
  std::error_code error;
  if (fs::exists(session.run.report(), error))
    print_line("  report      " + session.run.report().string());
  const bool pictures = info.input.kind == "picture";
  const std::string word = shell_word(folder);
  const std::string predict =
      task.several ? fmt::format("   {} predict {} --samples 64 -o sheet.png", global.program, word)
      : pictures   ? fmt::format("   {} predict {} PICTURE", global.program, word)
                   : "";
  const std::string eval =
      info.part("test") ? fmt::format("{} eval {}   ", global.program, word) : "";
  print_line(fmt::format("next: {2}{0} summary {1}{3}", global.program, word, eval, predict));
}

void print_folds(const FoldsResult& folds, const Global& global) {
  const std::string folder = folds.folder.string();
  const FoldsSummary& summary = folds.summary;
  if (global.json) {
    Json metrics = Json::object();
    for (const auto& [name, measure] : summary.metrics)
      metrics[name] = fields::to_json(measure);
    return print_json(Json{{"run", folder}, {"folds", summary.folds}, {"metrics", metrics}});
  }
  if (global.quiet)
    return;
  print_line(fmt::format("{}: {} folds; mean and standard deviation", folder, summary.folds));
  const RunFolder first{folds.folder / summary.finished.front()};
  const Task& task = task_of_run(read_run_config(first), read_model_info(first.model()));
  for (const auto& [name, measure] : summary.metrics)
    for (const char* part : {"val_", "test_"})
      for (const ShownMeasure& shown : task.headline)
        if (name == part + std::string(shown.name))
          print_line(fmt::format("  {:<24} {:>10} ± {}", name, metric_text(measure.mean),
                                 metric_text(measure.std)));
  print_line(fmt::format("next: {0} runs show {1}   {0} runs compare {1}", global.program,
                         shell_word(folder)));
}

void print_check(const SessionCheck& check, const Global& global) {
  int64_t parameters = 0;
  for (const auto& [name, summary] : check.summaries)
    parameters += summary.total;
  if (global.json)
    return print_json(
        Json{{"check", "ok"},
             {"parameters", parameters},
             {"samples",
              {{"train", check.train}, {"validation", check.validation}, {"test", check.test}}},
             {"loss", fields::to_json(check.loss)}});
  if (global.quiet)
    return;
  for (const std::string& note : check.notes)
    say_line("note: " + note);
  for (const auto& [name, summary] : check.summaries) {
    if (!name.empty())
      print_line("[" + name + "]");
    std::printf("%s", nn::to_string(summary).c_str());
  }
  print_line(fmt::format(
      "{} samples to train on, {} for validation, {} for the test; loss of the first batch {}",
      check.train, check.validation, check.test, metric_text(check.loss)));
  print_line("the configuration is fine; nothing was written");
}

// What was typed, as far as a resumed run needs it again.
std::string command_of(const TrainOptions& options, const Global& global) {
  std::string text = global.program + " train " + shell_word(options.config);
  for (const std::string& setting : options.settings)
    text += " --set " + shell_word(setting);
  if (global.seed)
    text += fmt::format(" --seed {}", *global.seed);
  if (global.threads)
    text += fmt::format(" --threads {}", *global.threads);
  if (options.folds)
    text += fmt::format(" --folds {}", *options.folds);
  if (!options.data_dir.empty())
    text += " --data-dir " + shell_word(options.data_dir);
  return text;
}

// A step or an epoch's end may take long; who waits should know that Ctrl-C was heard. A bar that
// is drawn gets its line ended.
void answer_ctrl_c() {
  answer_interrupt(terminal_of(stderr).redraws
                       ? "\nhebb: stopping after this step; Ctrl-C again stops at once\n"
                       : "hebb: stopping after this step; Ctrl-C again stops at once\n");
}

void train(const TrainOptions& options, const Global& global) {
  std::vector<std::string> settings = options.settings;  // a flag is checked as its key is
  if (global.seed)
    settings.push_back(fmt::format("train.seed={}", *global.seed));
  if (global.threads)
    settings.push_back(fmt::format("train.threads={}", *global.threads));
  check_in(!is_run(options.config), ErrorKind::usage, options.config,
           "is a run folder, should be a configuration; `{0} train {1}/config.toml --out {1} "
           "--resume` goes on with this run",
           global.program, shell_word(options.config));
  check_in(!holds_folds(options.config), ErrorKind::usage, options.config,
           "holds the runs of several folds, should be a configuration; `{} train CONFIG.toml "
           "--folds N --out {} --resume` goes on with them",
           global.program, shell_word(options.config));
  const fs::path ending = fs::path(options.config).extension();
  check_in(ending != ".csv" && ending != ".npz", ErrorKind::usage, options.config,
           "is a file of data, should be a configuration, which names it as data.dataset; `{} init "
           "FILE.toml` writes one to start from",
           global.program);
  const Config config = read_config(options.config, settings, options.folds.has_value());
  SessionOptions session{.out = options.out,
                         .config = options.config,
                         .stem = fs::path(options.config).stem().string(),
                         .command = command_of(options, global),
                         .resume = options.resume,
                         .data = data_place(options.data_dir, global)};
  session.verbosity = global.quiet ? Verbosity::silent : Verbosity::automatic;
  if (!global.quiet)
    session.say = say_line;
  if (options.check)
    return print_check(
        options.folds ? check_folds(config, *options.folds, session) : check_run(config, session),
        global);
  if (!global.quiet)
    answer_ctrl_c();
  if (options.folds)
    return print_folds(train_folds(config, *options.folds, session), global);
  print_result(train_run(config, session), global);
}

}  // namespace

void add_train_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<TrainOptions>();
  Command command =
      hebb.add("train", "train a model as a configuration says; the result is a run folder");
  command.option("config", options->config, "CONFIG.toml; `hebb init` writes one to start from")
      .required()
      .type_name("CONFIG");
  command.option("--out", options->out, "the run's folder (default: runs/NAME-N)").type_name("DIR");
  command.flag("--resume", options->resume,
               "go on with --out, else with the newest run of this configuration");
  command.flag("--check", options->check,
               "read everything, print the summary, try one batch, and stop");
  command
      .option(
          "--folds", options->folds,
          "train so many times, each with another part as the test, and say mean and deviation; "
          "the folder then holds fold-0, fold-1, ... and folds.json")
      .between(2, 1'000'000)
      .type_name("N");
  command
      .option("--set", options->settings,
              "another value for a key: train.epochs=3; for several keys, --set before each")
      .repeated()
      .type_name("KEY=VALUE");
  add_data_dir(command, options->data_dir);
  command.example(
      "hebb train fashion.toml --set train.epochs=3 --set 'train.optimizer=sgd lr=0.1 "
      "momentum=0.9'");
  command.run([options, &global] { train(*options, global); });
}

}  // namespace hebb::cli
