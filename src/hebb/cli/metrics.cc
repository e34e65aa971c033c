// hebb metrics: how good predictions are that somebody else made, from arrays in a file.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "hebb/base/check.h"
#include "hebb/base/log.h"
#include "hebb/base/nearest.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/metric_arrays.h"
#include "hebb/cli/metrics_curves.h"
#include "hebb/cli/metrics_populations.h"
#include "hebb/cli/named_file.h"
#include "hebb/metrics/measure.h"
#include "hebb/metrics/selective.h"

namespace hebb::cli {
namespace {

using metrics::Measured;

// The step of the type that scores came in: log_loss keeps away from 0 and 1 by as much.
double eps_of(DType dtype) {
  if (dtype == DType::f32)
    return std::numeric_limits<float>::epsilon();
  if (dtype == DType::f16)
    return 0x1p-10;
  if (dtype == DType::bf16)
    return 0x1p-7;
  return std::numeric_limits<double>::epsilon();
}

Measured measure_labels(const Arrays& arrays, const MetricsOptions& options) {
  const bool binary = options.task == "binary";
  const auto y_true = arrays.labels("y_true");
  arrays.require(!y_true.empty(), "y_true holds no samples");
  arrays.require(arrays.has("y_score") || arrays.has("y_pred"),
                 "there is neither y_score nor y_pred (it holds {})", arrays.names());
  const auto names = int64_t(arrays.class_names.size());
  arrays.require(!binary || names <= 2, "there are {} classes; a binary task has two", names);
  std::optional<std::vector<int64_t>> y_pred;
  std::optional<std::vector<double>> y_score;
  int64_t classes = names;
  double eps = eps_of(DType::f64);
  std::optional<double> threshold = options.threshold;
  if (arrays.has("y_pred")) {
    check_in(!options.threshold, ErrorKind::usage, "--threshold",
             "{} holds classes already (y_pred), which no threshold changes; leave out one of them",
             options.file);
    y_pred = arrays.labels("y_pred");
    arrays.require(y_pred->size() == y_true.size(), "y_true has {} samples but y_pred has {}",
                   y_true.size(), y_pred->size());
  }
  if (arrays.has("y_score")) {
    const Tensor& scores = arrays.real("y_score");
    const bool column = scores.dim() == 1 || (scores.dim() == 2 && scores.size(1) == 1);
    if (binary)
      arrays.require(column || (scores.dim() == 2 && scores.size(1) == 2),
                     "y_score is {}; a binary task needs [samples], the probability of class 1, or "
                     "[samples, 2]",
                     describe(scores));
    else
      arrays.require(scores.dim() == 2 && scores.size(1) >= 2,
                     "y_score is {}; a multiclass task needs [samples, classes]", describe(scores));
    arrays.require(scores.size(0) == int64_t(y_true.size()),
                   "y_true has {} samples but y_score has {}", y_true.size(), scores.size(0));
    classes = column ? 2 : scores.size(1);
    eps = eps_of(scores.dtype());
    if (threshold)
      threshold = as_held(scores, *threshold);
    y_score = scores.to_vector<double>();
  }
  const auto predicted = y_pred ? std::optional<std::span<const int64_t>>(*y_pred) : std::nullopt;
  const auto scores = y_score ? std::optional<std::span<const double>>(*y_score) : std::nullopt;
  const auto with_confidence = [&](Measured measured) {
    if (!options.confidence)
      return measured;
    arrays.require(y_score.has_value(), "there is no y_score, which says how sure an answer is");
    metrics::SelectiveSums sure;
    metrics::Warnings warnings;
    sure.add(y_true, *y_score, classes, *options.confidence);
    measured.values.emplace_back("coverage", sure.coverage(&warnings));
    measured.values.emplace_back("selective_accuracy", sure.accuracy(&warnings));
    measured.warnings.insert(measured.warnings.end(), warnings.lines.begin(), warnings.lines.end());
    return measured;
  };
  if (!binary)
    return with_confidence(metrics::measure_multiclass(
        y_true, predicted, scores, classes, eps, arrays.class_names, options.bins.value_or(15)));
  return with_confidence(metrics::measure_binary(y_true, predicted, scores,
                                                 {.positive = options.positive.value_or(1),
                                                  .threshold = threshold,
                                                  .eps = eps,
                                                  .class_names = arrays.class_names,
                                                  .bins = options.bins.value_or(15)}));
}

Measured measure(const Arrays& arrays, const MetricsOptions& options) {
  try {
    if (options.task == "regression") {
      const auto y_true = arrays.column("y_true"), y_pred = arrays.column("y_pred");
      arrays.require(!y_true.empty(), "y_true holds no samples");
      return metrics::measure_regression(y_true, y_pred);
    }
    if (options.task == "binary" || options.task == "multiclass")
      return measure_labels(arrays, options);
    return measure_task(arrays, options);
  } catch (const Error& error) {
    if (error.where().empty())
      throw Error(ErrorKind::data, options.file, error.message(), error.details());
    throw;
  }
}

// What a class is called: a word or a number.
Json class_of(const Arrays& arrays, int64_t label) {
  return size_t(label) < arrays.class_names.size() ? Json(arrays.class_names[size_t(label)])
                                                   : Json(label);
}
std::string class_text(const Arrays& arrays, int64_t label) {
  const Json name = class_of(arrays, label);
  return name.is_string() ? name.get<std::string>() : std::to_string(label);
}

Json to_json(const Measured& all, const Arrays& arrays, const std::string& task) {
  Json out = {{"task", task}, {"samples", all.samples}};
  for (const auto& [name, value] : all.values)
    out[name] = finite_or_null(value);
  if (!all.classes.empty()) {
    Json labels = Json::array(), rows = Json::array();
    for (const auto& row : all.classes) {
      labels.push_back(class_of(arrays, row.label));
      rows.push_back({{"label", labels.back()},
                      {"precision", row.precision},
                      {"recall", row.recall},
                      {"f1", row.f1},
                      {"support", row.support}});
    }
    out["labels"] = labels;
    out["classes"] = rows;
  }
  if (all.confusion) {
    Json matrix = Json::array();
    for (int64_t i = 0; i < all.confusion->classes(); ++i) {
      const auto row = all.confusion->row(i);
      matrix.push_back(std::vector<int64_t>(row.begin(), row.end()));
    }
    out["confusion_matrix"] = matrix;
  }
  if (!all.reliability.empty()) {
    Json curve = Json::array();
    for (const auto& point : all.reliability)
      curve.push_back({{"confidence", point.confidence},
                       {"accuracy", point.accuracy},
                       {"samples", point.samples}});
    out["reliability"] = curve;
  }
  out["warnings"] = all.warnings;
  return out;
}

size_t width_of_names(const Measured& all, const Arrays& arrays) {
  size_t width = 10;
  for (const auto& row : all.classes)
    width = std::max(width, class_text(arrays, row.label).size());
  return width;
}

void print_classes(const Measured& all, const Arrays& arrays) {
  const size_t width = width_of_names(all, arrays);
  print_line(fmt::format("\n{:>{}}  {:>9}  {:>9}  {:>9}  {:>9}", "class", width, "precision",
                         "recall", "f1", "support"));
  for (const auto& row : all.classes)
    print_line(fmt::format("{:>{}}  {:>9.4f}  {:>9.4f}  {:>9.4f}  {:>9}",
                           class_text(arrays, row.label), width, row.precision, row.recall, row.f1,
                           row.support));
}

void print_confusion(const Measured& all, const Arrays& arrays) {
  const size_t first = width_of_names(all, arrays);
  size_t width = 1;
  for (const auto& row : all.classes)
    width =
        std::max({width, class_text(arrays, row.label).size(), std::to_string(row.support).size()});
  for (int64_t i = 0; i < all.confusion->classes(); ++i)
    for (int64_t value : all.confusion->row(i))
      width = std::max(width, std::to_string(value).size());
  std::string head;
  for (const auto& row : all.classes)
    head += fmt::format("  {:>{}}", class_text(arrays, row.label), width);
  print_line(fmt::format("\nconfusion matrix (rows: actual, columns: predicted)\n{:>{}}{}", "",
                         first, head));
  for (int64_t i = 0; i < all.confusion->classes(); ++i) {
    std::string line;
    for (int64_t value : all.confusion->row(i))
      line += fmt::format("  {:>{}}", value, width);
    print_line(
        fmt::format("{:>{}}{}", class_text(arrays, all.classes[size_t(i)].label), first, line));
  }
}

void print_table(const Measured& all, const Arrays& arrays, const MetricsOptions& options) {
  constexpr size_t most_rows = 100, most_columns = 20;
  if (options.task == "binary")
    print_line(fmt::format("{:32} {}", "positive class",
                           class_text(arrays, options.positive.value_or(1))));
  print_line(fmt::format("{:32} {}", "samples", all.samples));
  for (const auto& [name, value] : all.values)
    print_line(fmt::format("{:32} {}", name,
                           std::isnan(value) ? "undefined" : fmt::format("{:.6g}", value)));
  if (!all.classes.empty() && all.classes.size() <= most_rows)
    print_classes(all, arrays);
  if (all.confusion && !all.classes.empty() && all.classes.size() <= most_columns)
    print_confusion(all, arrays);
}

std::vector<std::string> metric_task_names() {
  std::vector<std::string> out = {"binary", "multiclass", "regression"};
  const std::vector<std::string> others = other_metric_tasks();
  out.insert(out.end(), others.begin(), others.end());
  return out;
}

void run(const MetricsOptions& options, const Global& global) {
  const std::vector<std::string> tasks = metric_task_names();
  check_in(std::find(tasks.begin(), tasks.end(), options.task) != tasks.end(), ErrorKind::usage,
           "--task", "{}", unknown_word("task", options.task, tasks));
  check_in(options.task == "binary" || options.task == "multilabel" || !options.threshold,
           ErrorKind::usage, "--threshold", "only binary and multilabel tasks have a threshold");
  check_in(options.task == "binary" || options.task == "multiclass" || !options.confidence,
           ErrorKind::usage, "--confidence", "only binary and multiclass tasks have a confidence");
  check_in(options.task == "binary" || options.curves.empty(), ErrorKind::usage, "--curves",
           "only a binary task has a threshold");
  check_in(options.thresholds.empty() || !options.curves.empty(), ErrorKind::usage, "--thresholds",
           "are those of the table that --curves writes; name its file");
  check_in(options.task == "binary" || options.task == "multiclass" || !options.bins,
           ErrorKind::usage, "--bins", "only binary and multiclass tasks have a calibration");
  check_in(options.bins.value_or(1) >= 1 && options.bins.value_or(1) <= 100000, ErrorKind::usage,
           "--bins", "is {}, should be from 1 to 100000", options.bins.value_or(1));
  if (!options.curves.empty()) {
    check_output_file(options.curves);
    check_not_read(options.curves, options.file);
  }
  check_in(!options.confidence || (*options.confidence >= 0 && *options.confidence <= 1),
           ErrorKind::usage, "--confidence", "is {}, should be from 0 to 1",
           options.confidence.value_or(0));
  check_in(options.by.empty() || options.task != "detection", ErrorKind::usage, "--by",
           "boxes are not divided; measure each part's file");
  check_in(options.task == "ranking" || options.at.empty(), ErrorKind::usage, "--at",
           "only a ranking is measured at its first candidates");
  check_in(options.task == "segmentation" || options.task == "language_model" || !options.ignore,
           ErrorKind::usage, "--ignore",
           "only a segmentation and a language model have a label to ignore");
  check_in(options.task == "forecast" || !options.season, ErrorKind::usage, "--season",
           "only a forecast has a season");
  check_in(options.task == "detection" || options.ap.empty(), ErrorKind::usage, "--ap",
           "only a detection has boxes whose precision is averaged");
  check_in(options.task == "binary" || !options.positive, ErrorKind::usage, "--positive",
           "only a binary task has a positive class");
  check_in(!options.positive || *options.positive == 0 || *options.positive == 1, ErrorKind::usage,
           "--positive", "the positive class is 0 or 1, not {}", options.positive.value_or(1));
  const Arrays arrays = Arrays::read(options.file);
  Measured all = measure(arrays, options);
  if (!options.curves.empty())
    write_curves(arrays, options);
  std::vector<metrics::Population> populations;
  if (!options.by.empty())
    populations = measure_populations(arrays, options,
                                      [&](const Arrays& part) { return measure(part, options); });
  for (const auto& population : populations)
    all.warnings.insert(all.warnings.end(), population.measured.warnings.begin(),
                        population.measured.warnings.end());
  if (!global.quiet)
    for (const std::string& warning : all.warnings)
      warn(warning);
  if (global.json) {
    Json json = to_json(all, arrays, options.task);
    if (!options.by.empty())
      json["populations"] = populations_json(populations);
    return print_json(json);
  }
  print_table(all, arrays, options);
  if (!options.by.empty())
    print_populations(populations, options.by);
}

}  // namespace

void add_metrics_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<MetricsOptions>();
  Command command =
      hebb.add("metrics", "measure predictions: accuracy, F1, areas under curves, errors, ...");
  command
      .option("file", options->file,
              ".npz, .csv, .tsv or .jsonl with y_true, and y_pred or y_score (probabilities)")
      .required();
  command
      .option("--task", options->task,
              fmt::format("the kind of problem: {}", fmt::join(metric_task_names(), ", ")))
      .required();
  command.option("--threshold", options->threshold,
                 "binary, multilabel: scores at or above it are positive (default 0.5)");
  command.option("--by", options->by,
                 "also for each value of this column or array, such as a group of people");
  command
      .option("--curves", options->curves,
              "binary: a table of the rates, precision and F1 at every threshold")
      .type_name("FILE.csv");
  command
      .option("--thresholds", options->thresholds,
              "with --curves: only at these, 0.25,0.5,0.75, or at so many from 0 to 1, 11")
      .comma_separated();
  command.option(
      "--bins", options->bins,
      "binary, multiclass: bins of the calibration errors and of \"reliability\" (default "
      "15)");
  command.option("--confidence", options->confidence,
                 "binary, multiclass: coverage and accuracy of answers at least so sure");
  command.option("--at", options->at, "ranking: also measure the first so many (default 1,3,5,10)")
      .comma_separated();
  command.option("--ignore", options->ignore,
                 "segmentation, language_model: places of this label do not count");
  command.option("--season", options->season,
                 "forecast: steps of a season of y_history (default 1)");
  command.option(
      "--ap", options->ap,
      "detection: how precision is averaged: coco (at 101 recalls; default), area (under "
      "the curve, as VOC since 2010), voc2007 (at 11 recalls)");
  command.option("--positive", options->positive, "binary: the positive class (default 1)");
  command.example(metrics_examples());
  command.run([options, &global] { run(*options, global); });
}

}  // namespace hebb::cli
