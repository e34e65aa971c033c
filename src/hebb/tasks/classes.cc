#include "hebb/tasks/classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "hebb/base/utf8.h"
#include "hebb/data/to_image.h"
#include "hebb/formats/image.h"
#include "hebb/page/html.h"
#include "hebb/tasks/chosen_samples.h"
#include "hebb/tasks/class_name.h"
#include "hebb/tasks/outputs.h"
#include "hebb/tasks/report_classes.h"

namespace hebb {
namespace {

constexpr size_t shown_mistakes = 24;

// Of what names a row; it ends with a whole character.
std::string_view beginning(std::string_view id) {
  constexpr size_t most = 40;
  return id.substr(0, valid_utf8(id.substr(0, most)));
}

// Of a batch: [samples, classes], and the class that is named for each. actual: empty where the
// batch has no targets.
struct Believed {
  int64_t classes = 0;
  std::vector<double> probabilities;
  std::vector<int64_t> actual, predicted;

  double belief(size_t sample, int64_t label) const {
    return probabilities[sample * size_t(classes) + size_t(label)];
  }
};

Believed believed(const Problem& problem, const AnsweredBatch& batch) {
  Believed out{.classes = 0,
               .probabilities = class_probabilities(batch.output, problem.outputs),
               .actual = {},
               .predicted = {}};
  if (batch.target.defined())
    out.actual = batch.target.to_vector<int64_t>();
  const auto samples = size_t(batch.output.dim() > 0 ? batch.output.size(0) : 1);
  if (samples == 0)
    return out;
  const size_t classes = out.probabilities.size() / samples;
  out.classes = int64_t(classes);
  for (size_t i = 0; i < samples; ++i) {
    out.predicted.push_back(
        named_class(std::span<const double>(out.probabilities).subspan(i * classes, classes),
                    problem.threshold));
  }
  return out;
}

// Wrong, by how little the model believed in the right class.
struct WrongSample {
  int64_t index = 0, actual = 0, predicted = 0;
  double confidence = 0;  // in the predicted class
};

class ClassEvaluator : public Evaluator {
 public:
  explicit ClassEvaluator(Problem problem) : problem_(std::move(problem)) {}

  void add(const AnsweredBatch& batch) override {
    const Believed seen = believed(problem_, batch);
    if (seen.actual.empty())
      return;
    if (!measures_)
      measures_.emplace(seen.classes, metrics::ClassMeasureOptions{.class_names = problem_.labels});
    measures_->add(seen.actual, seen.predicted, seen.probabilities, batch.weights);
    for (size_t i = 0; i < seen.actual.size(); ++i)
      if (seen.actual[i] != seen.predicted[i])
        worst_.add(seen.belief(i, seen.actual[i]),
                   {batch.first + int64_t(i), seen.actual[i], seen.predicted[i],
                    seen.belief(i, seen.predicted[i])});
  }

  metrics::Measured measured() const override {
    return measures_ ? measures_->measured() : metrics::Measured{};
  }

  std::vector<ReportSection> sections(const data::Dataset& tested) const override {
    std::vector<Mistake> mistakes;
    const std::vector<std::string> ids = tested.ids();
    for (const WrongSample& wrong : worst_.by_key())
      mistakes.push_back(shown(tested, ids, wrong));
    return class_sections(measures_ ? measures_->confusion() : metrics::ConfusionMatrix(),
                          problem_.labels, mistakes);
  }

  std::vector<std::string> worst(const data::Dataset& tested, size_t most) const override {
    std::vector<std::string> out;
    const std::vector<std::string> ids = tested.ids();
    for (const WrongSample& wrong : worst_.by_key())
      if (out.size() < most)
        out.push_back(fmt::format("{}: {}, taken for {} ({})", name_of(tested, ids, wrong.index),
                                  class_name(problem_.labels, wrong.actual),
                                  class_name(problem_.labels, wrong.predicted),
                                  page::percent(wrong.confidence)));
    return out;
  }

 private:
  // A file, or a line or a place in the data, and what names the row.
  static std::string name_of(const data::Dataset& tested, const std::vector<std::string>& ids,
                             int64_t index) {
    const std::string sample = tested.source().sample_name(tested.source_index(index));
    std::string out =
        tested.pictures() && !sample.starts_with("sample ")
            ? sample
            : std::filesystem::path(tested.name()).filename().string() + ", " + sample;
    if (!ids.empty())
      out += fmt::format(" ({} {})", tested.source().info().id, beginning(ids[size_t(index)]));
    return out;
  }

  Mistake shown(const data::Dataset& tested, const std::vector<std::string>& ids,
                const WrongSample& wrong) const {
    Mistake out;
    if (tested.pictures() &&
        (tested.picture_shape().channels == 1 || tested.picture_shape().channels == 3))
      out.png = encode_png(data::to_image(tested.picture(wrong.index)));
    out.name = name_of(tested, ids, wrong.index);
    out.actual = class_name(problem_.labels, wrong.actual);
    out.predicted = class_name(problem_.labels, wrong.predicted);
    out.confidence = wrong.confidence;
    return out;
  }

  Problem problem_;
  std::optional<metrics::ClassMeasures> measures_;  // none before the first batch
  ChosenSamples<WrongSample> worst_{shown_mistakes};
};

AnswerCell text_cell(std::string text) {
  return {.text = std::move(text)};
}

}  // namespace

AnswerNames class_answer_names(const Problem& problem) {
  AnswerNames out;
  int64_t classes = 1;
  for (int64_t size : problem.output)
    classes *= size;
  for (int64_t label = 0; label < std::max<int64_t>(classes, 2); ++label)
    out.scores.push_back(class_name(problem.labels, label));
  return out;
}

std::vector<Answer> class_answers(const Problem& problem, const AnsweredBatch& batch) {
  const Believed seen = believed(problem, batch);
  std::vector<Answer> out;
  for (size_t i = 0; i < seen.predicted.size(); ++i) {
    const auto row = seen.probabilities.begin() + int64_t(i) * seen.classes;
    Answer& answer = out.emplace_back();
    if (!seen.actual.empty())
      answer.target = {text_cell(class_name(problem.labels, seen.actual[i]))};
    answer.prediction = {text_cell(class_name(problem.labels, seen.predicted[i]))};
    answer.scores = {row, row + seen.classes};
    answer.index = seen.predicted[i];
  }
  return out;
}

std::unique_ptr<Evaluator> class_evaluator(const Problem& problem) {
  return std::make_unique<ClassEvaluator>(problem);
}

}  // namespace hebb
