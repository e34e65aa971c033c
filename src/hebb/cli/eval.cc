// hebb eval: a trained model on its own test part or on other data.

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/log.h"
#include "hebb/base/printable.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/data_place.h"
#include "hebb/cli/named_file.h"
#include "hebb/run/answers_file.h"
#include "hebb/run/baseline.h"
#include "hebb/run/class_weights.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/run_report.h"
#include "hebb/run/run_task.h"
#include "hebb/tasks/class_name.h"
#include "hebb/train/csv_log.h"
#include "hebb/train/evaluation.h"

namespace hebb::cli {
namespace {

struct EvalOptions {
  std::string model, data, report, predictions, data_dir;
};

// Of the model, and beside it of the baselines.
void print_table(const TrainedModel& model, const TestResult& result,
                 const BaselineScores& baselines) {
  if (!baselines.empty()) {
    std::string head = fmt::format("  {:<24} {:>10}", "", "the model");
    for (const auto& [name, values] : baselines)
      head += fmt::format(" {:>10}", name);
    print_line(head);
  }
  for (const std::string_view name : result.task->table) {
    const std::optional<double> value = find_value(result.metrics, name);
    if (!value)
      continue;
    std::string line = fmt::format("  {:<24} {:>10}", name, metric_text(*value));
    for (const auto& [baseline, values] : baselines) {
      const std::optional<double> beside = find_value(values, name);
      line += fmt::format(" {:>10}", beside ? metric_text(*beside) : "");
    }
    print_line(line);
  }
  if (result.per_class.empty())
    return;
  size_t width = 5;
  for (const std::string& label : model.info.labels)
    width = std::max(width, label.size());
  print_line(fmt::format("\n  {:<{}}  precision  recall      f1  samples", "class", width));
  for (const metrics::ClassRow& row : result.per_class)
    print_line(fmt::format("  {:<{}}  {:>9.4f}  {:.4f}  {:.4f}  {:>7}",
                           class_name(model.info.labels, row.label), width, row.precision,
                           row.recall, row.f1, row.support));
}

// Of rows that have names, so that a person finds them; the others are in the report.
void print_worst(const data::Dataset& tested, const TestResult& result) {
  constexpr size_t most = 5;
  if (!result.seen || tested.ids().empty())
    return;
  const std::vector<std::string> lines = result.seen->worst(tested, most);
  if (!lines.empty())
    print_line("\n  the worst mistakes");
  for (const std::string& line : lines)
    print_line("  " + printable(line));
}

// Of a run that has some.
BaselineScores scores_of_baselines(const TrainedModel& model, const data::Dataset& tested) {
  std::optional<Baselines> baselines = load_baselines(model.run.baseline(), model.recipe);
  if (!baselines || model.parts)
    return {};
  return baseline_scores(*baselines,
                         {.output = model.info.output,
                          .loss = model.config.train.loss,
                          .class_weights = class_weights_of(model.info)},
                         tested);
}

// A file, or the number in its source.
std::string name_or_number(const data::Dataset& data, int64_t place) {
  const int64_t index = data.source_index(place);
  const std::string name = data.source().sample_name(index);
  return data.pictures() && !name.starts_with("sample ") ? name : std::to_string(index);
}

void evaluate(const EvalOptions& options, const Global& global) {
  if (!options.report.empty()) {
    check_in(fs::path(options.report).extension() == ".html", ErrorKind::usage, options.report,
             "should end with .html, which is what is written into it");
    check_output_file(options.report);
  }
  if (!options.predictions.empty()) {
    check_answers_file(options.predictions);
    check_output_file(options.predictions);
    check_not_read(options.predictions, options.data);
  }
  TrainedModel model = load_trained(options.model);
  const DataPlace place = data_place(options.data_dir, global);
  const bool own = options.data.empty();
  const data::Dataset tested =
      own ? open_test_data(model.config, model.known(), place)
          : open_data_for(options.data, model.config, model.known(), place);
  check_in(!tested.empty(), ErrorKind::usage, options.model,
           "this run has no test part; name data with --data");
  if (const DataPart* part = model.info.part("test"); own && part && part->hash != tested.hash())
    warn(fmt::format("{}: the test data are not those that the run was tested on: {} was {}, is {}",
                     options.model, part->name, part->hash, tested.hash()));
  std::optional<AnswersFile> answers;
  const std::vector<std::string> ids = tested.ids();
  TestOptions test{.workers = model.config.data.workers,
                   .task = model.config.train.task,
                   .threshold = model.info.threshold};
  if (!options.predictions.empty())
    test.see = [&](const Task& task, const Problem& problem, const AnsweredBatch& batch) {
      if (!answers)
        answers.emplace(options.predictions, task.names(problem), tested.source().info().id);
      int64_t place = batch.first;
      for (const Answer& answer : task.answers(problem, batch)) {
        answers->add(name_or_number(tested, place), answer,
                     ids.empty() ? std::string() : ids[size_t(place)]);
        ++place;
      }
    };
  check_in(!model.parts || options.predictions.empty(), ErrorKind::usage, "--predictions",
           "this run's models make samples, which are no answers; `hebb predict {} --samples 64 -o "
           "sheet.png` writes some",
           options.model);
  const TestResult result =
      model.parts
          ? test_parts(*model.parts, model.config, task_of_run(model.config, model.info), tested)
          : test_with_intervals(model.net, model.loss, tested, test, model.info.intervals);
  const BaselineScores baselines = scores_of_baselines(model, tested);
  if (answers)
    answers->finish();
  if (!own && !global.quiet)  // of its own the training has said it
    for (const std::string& note : tested.notes())
      say_line("note: " + note);
  if (!global.quiet)
    for (const std::string& warning : result.warnings)
      warn(warning);
  if (!options.report.empty())
    write_file_atomic(
        options.report,
        report_html(run_report(model.config, model.info, read_metrics_csv(model.run.metrics()),
                               tested, own ? "test" : tested.name(), result, baselines)));
  if (global.json) {
    Json metrics = Json::object();
    for (const auto& [name, value] : result.metrics)
      metrics[name] = fields::to_json(value);
    Json out = {{"model", options.model},
                {"data", tested.name()},
                {"samples", result.samples},
                {"metrics", metrics}};
    if (!baselines.empty())
      out["baseline"] = fields::to_json(baselines);
    return print_json(out);
  }
  print_line(fmt::format("{} on {} samples of {}", options.model, result.samples, tested.name()));
  print_table(model, result, baselines);
  print_worst(tested, result);
  if (!options.report.empty() && !global.quiet)
    print_line("\nreport: " + options.report);
  if (!options.predictions.empty() && !global.quiet)
    print_line("\npredictions: " + options.predictions);
}

}  // namespace

void add_eval_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<EvalOptions>();
  Command command = hebb.add("eval", "measure a trained model on its test part or on other data");
  command.option("model", options->model, "a run folder").required().type_name("MODEL");
  command
      .option(
          "--data", options->data,
          "other data: NAME[:SPLIT], a folder of class folders with pictures, a .csv or .npz file")
      .type_name("SPEC");
  command.option("--report", options->report, "write the report page with this result")
      .type_name("FILE.html");
  command
      .option("--predictions", options->predictions,
              "write a line a sample: its name or number, target, prediction, scores")
      .type_name("FILE.csv|.jsonl");
  add_data_dir(command, options->data_dir);
  command.example("hebb eval runs/fashion-1 --report runs/fashion-1/report.html");
  command.run([options, &global] { evaluate(*options, global); });
}

}  // namespace hebb::cli
