#include "hebb/run/run_report.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/base/counted.h"
#include "hebb/base/version.h"
#include "hebb/data/to_image.h"
#include "hebb/formats/image.h"
#include "hebb/tasks/class_name.h"

namespace hebb {
namespace {

constexpr size_t shown_mistakes = 24;

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
  for (const auto& [name, first] : history.front().values) {
    if (name.starts_with("val_"))
      continue;
    page::Curve curve{.name = spoken(name)};
    bool validated = false;
    for (const EpochLog& log : history) {
      double train = std::numeric_limits<double>::quiet_NaN(), validation = train;
      for (const auto& [key, value] : log.values) {
        if (key == name)
          train = value;
        if (key == "val_" + name)
          validation = value, validated = true;
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

// The samples that the model was most wrong about: wrong, by how little it believed in the right
// class.
std::vector<Mistake> worst_mistakes(const ModelInfo& info, const data::Dataset& tested,
                                    const TestResult& result) {
  std::vector<std::pair<double, int64_t>> wrong;
  for (int64_t i = 0; i < result.samples; ++i)
    if (result.actual[size_t(i)] != result.predicted[size_t(i)])
      wrong.emplace_back(
          result.probabilities[size_t(i * result.classes + result.actual[size_t(i)])], i);
  std::sort(wrong.begin(), wrong.end());
  if (wrong.size() > shown_mistakes)
    wrong.resize(shown_mistakes);
  std::vector<Mistake> out;
  for (const auto& [belief, i] : wrong) {
    Mistake mistake;
    if (tested.pictures() &&
        (tested.picture_shape().channels == 1 || tested.picture_shape().channels == 3))
      mistake.png = encode_png(data::to_image(tested.picture(i)));
    const std::string sample =
        tested.source().sample_name(tested.source_index(i));  // a file, or its place in the source
    mistake.name =
        sample.starts_with("sample ") ? fmt::format("{}, {}", tested.name(), sample) : sample;
    mistake.actual = class_name(info.labels, result.actual[size_t(i)]);
    mistake.predicted = class_name(info.labels, result.predicted[size_t(i)]);
    mistake.confidence =
        result.probabilities[size_t(i * result.classes + result.predicted[size_t(i)])];
    out.push_back(std::move(mistake));
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
                  const data::Dataset& tested, const std::string& part, const TestResult& result) {
  Report report;
  report.title = info.name;
  report.notes = tested.notes();
  const DataPart* train = info.part("train");
  report.subtitle =
      fmt::format("{} parameters, trained on {} samples{}.", counted(info.parameters),
                  counted(train ? train->samples : 0), train ? " of " + train->name : "");
  const auto headline = [&](const std::string& name, const std::string& note) {
    for (const auto& [key, value] : result.metrics)
      if (key == name)
        report.headline.push_back({spoken(part) + " " +
                                       (name == "r2"         ? "R²"
                                        : name == "f1_macro" ? "F1 macro"
                                                             : words(name)),
                                   value, note});
  };
  const std::string of = fmt::format("of {} samples", counted(result.samples));
  if (result.classes > 0) {
    headline("accuracy", of);
    headline("f1_macro", "mean of the classes");
  } else {
    headline("r2", of);
    headline("mean_absolute_error", "");
  }
  headline("loss", "");
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
  fact("Optimizer", config.train.optimizer +
                        (config.train.schedule == "constant" ? "" : ", " + config.train.schedule));
  fact("Loss", config.train.loss);
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

  if (result.classes > 0) {
    report.classes = info.labels;
    if (result.classes <= metrics::Measured::max_confusion)
      report.confusion = metrics::confusion_matrix(result.actual, result.predicted, result.classes);
    report.mistakes = worst_mistakes(info, tested, result);
  } else {
    report.actual = result.targets;
    report.predicted = result.outputs;
    report.quantity = config.data.target;
  }
  report.config = to_toml(config);
  report.footer = fmt::format("hebb {}, {}", version(), now_text());
  return report;
}

}  // namespace hebb
