#include "hebb/run/run_report.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <optional>

#include "hebb/base/check.h"
#include "hebb/base/counted.h"
#include "hebb/base/version.h"
#include "hebb/run/baseline.h"
#include "hebb/run/parts.h"

namespace hebb {
namespace {

std::string words(std::string name) {  // "mean_absolute_error" -> "mean absolute error"
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string spoken(std::string name) {  // the same with a capital: "F1 macro"
  name = words(std::move(name));
  if (!name.empty())
    name[0] = char(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

std::vector<page::Curve> curves_of(const std::vector<EpochLog>& history) {
  std::vector<page::Curve> out;
  if (history.empty())
    return out;
  std::vector<std::string> names;  // a metric may have come later
  for (const EpochLog& log : history)
    for (const auto& [name, value] : log.values)
      if (!name.starts_with("val_") && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  for (const std::string& name : names) {
    page::Curve curve{.name = spoken(name)};
    bool validated = false;
    for (const EpochLog& log : history) {
      double train = std::numeric_limits<double>::quiet_NaN(), validation = train;
      for (const auto& [key, value] : log.values) {
        if (key == name)
          train = value;
        if (key == "val_" + name) {
          validation = value;
          validated = true;
        }
      }
      curve.train.push_back(train);
      curve.validation.push_back(validation);
    }
    if (!validated)
      curve.validation.clear();
    out.push_back(std::move(curve));
  }
  return out;
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts));
}

}  // namespace

Report run_report(const Config& config, const ModelInfo& info, const std::vector<EpochLog>& history,
                  const data::Dataset& tested, const std::string& part, const TestResult& result,
                  const BaselineScores& baselines) {
  Report report;
  report.title = info.name;
  report.notes = tested.notes();
  const DataPart* train = info.part("train");
  report.subtitle =
      fmt::format("{} parameters, trained on {} samples{}.", counted(info.parameters),
                  counted(train ? train->samples : 0), train ? " of " + train->name : "");
  std::string note = fmt::format("of {} samples", counted(result.samples));
  for (const ShownMeasure& shown : result.task->headline) {
    const std::optional<double> value = find_value(result.metrics, shown.name);
    if (!value)
      continue;
    const std::string name(shown.name);
    if (name == "loss" && tested.recipe().target())
      note = "of the scaled target";
    report.headline.push_back({spoken(part) + " " +
                                   (name == "r2"         ? "R²"
                                    : name == "f1_macro" ? "F1 macro"
                                                         : words(name)),
                               *value, shown.note.empty() ? note : std::string(shown.note)});
    note.clear();  // the number of samples stands beside the first measure
  }
  report.curves = curves_of(history);

  const auto fact = [&](const char* name, std::string value) {
    if (!value.empty())
      report.facts.emplace_back(name, std::move(value));
  };
  for (const DataPart& p : info.data)
    fact(p.part == "train"        ? "Training data"
         : p.part == "validation" ? "Validation data"
                                  : "Test data",
         fmt::format("{}, {} samples, {}", p.name, counted(p.samples), p.hash));
  const std::string schedule =
      config.train.schedule == "constant" ? "" : ", " + config.train.schedule;
  fact("Optimizer", config.train.optimizer + schedule);
  for (const auto& [name, model] : parts_of(config))
    if (!model->optimizer.empty())
      fact(("Optimizer of the " + name).c_str(), model->optimizer + schedule);
  fact("Loss", config.train.loss + (info.class_weights.empty() ? "" : ", weighted by class"));
  if (info.threshold != 0.5)
    fact("Threshold", fmt::format("{:.6g}{}", info.threshold,
                                  config.train.threshold.best.empty()
                                      ? ""
                                      : ", the best " + words(config.train.threshold.best) +
                                            " on the validation data"));
  if (const auto reach = info.intervals ? info.intervals->reach(usual_level) : std::nullopt) {
    std::vector<std::string> halves;
    for (double half : *reach)
      halves.push_back(fmt::format("{:.5g}", half));
    const auto covered = find_value(result.metrics, "interval_coverage");
    fact("Intervals",
         fmt::format("{:.0f} %: plus and minus {}, by the errors of {} validation samples{}",
                     100 * usual_level, fmt::join(halves, ", "), counted(info.intervals->samples),
                     covered
                         ? fmt::format("; {:.1f} % of the {} data lie inside", 100 * *covered, part)
                         : ""));
  }
  fact("Batch size", std::to_string(config.train.batch_size));
  fact("Preprocessing", fmt::format("{}", fmt::join(info.preprocessing, ", ")));
  fact("Seed", std::to_string(info.seed));
  fact("Threads", fmt::format("{}, {}", info.threads, info.instruction_set));
  if (info.result) {
    report.best_epoch = info.result->best_epoch;
    fact("Training", fmt::format("{} epochs, {} steps, {:.1f} s", info.result->epochs,
                                 info.result->steps, info.result->seconds));
    fact("Stopped early", info.result->stopped);
  }

  report.sections = result.seen->sections(tested);
  if (auto beside = baseline_section(result, baselines))
    report.sections.insert(report.sections.begin(), std::move(*beside));
  report.config = to_toml(config);
  report.footer = fmt::format("hebb {}, {}", version(), now_text());
  return report;
}

}  // namespace hebb
