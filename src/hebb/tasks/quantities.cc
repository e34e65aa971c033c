#include "hebb/tasks/quantities.h"

#include "hebb/base/check.h"
#include "hebb/tasks/chosen_samples.h"
#include "hebb/tasks/report_quantities.h"

namespace hebb {
namespace {

constexpr size_t drawn_numbers = 1 << 16;  // that charts are drawn from
constexpr uint64_t draw_seed = 0;

struct Pair {
  int64_t index = 0;  // of the number, among all numbers of all samples
  double actual = 0, predicted = 0;
};

class QuantityEvaluator : public Evaluator {
 public:
  explicit QuantityEvaluator(Problem problem) : problem_(std::move(problem)) {}

  void add(const AnsweredBatch& batch) override {
    const std::vector<double> actual = batch.target.to_vector<double>(),
                              predicted = batch.output.to_vector<double>();
    measures_.add(actual, predicted);
    for (size_t i = 0; i < actual.size(); ++i)
      drawn_.add(random_key(draw_seed, drawn_.seen()), {drawn_.seen(), actual[i], predicted[i]});
  }

  metrics::Measured measured() const override { return measures_.measured(); }

  std::vector<ReportSection> sections(const data::Dataset&) const override {
    std::vector<double> actual, predicted;
    for (const Pair& pair : drawn_.by_place()) {
      actual.push_back(pair.actual);
      predicted.push_back(pair.predicted);
    }
    return quantity_sections(actual, predicted, problem_.quantity, drawn_.seen());
  }

 private:
  Problem problem_;
  metrics::RegressionMeasures measures_;
  ChosenSamples<Pair> drawn_{drawn_numbers};
};

std::vector<AnswerCell> cells(const double* numbers, int64_t count) {
  std::vector<AnswerCell> out;
  for (int64_t i = 0; i < count; ++i)
    out.push_back({.text = {}, .number = numbers[i], .is_number = true});
  return out;
}

}  // namespace

AnswerNames quantity_answer_names(const Problem& problem) {
  int64_t numbers = 1;
  for (int64_t size : problem.output)
    numbers *= size;
  AnswerNames out;
  for (int64_t i = 0; numbers > 1 && i < numbers; ++i)
    out.targets.push_back(std::to_string(i));
  return out;
}

std::vector<Answer> quantity_answers(const Problem&, const AnsweredBatch& batch) {
  const bool known = batch.target.defined();
  const int64_t samples = batch.output.size(0),
                numbers = samples > 0 ? batch.output.numel() / samples : 0;
  const std::vector<double> predicted = batch.output.to_vector<double>(),
                            actual = known ? batch.target.to_vector<double>() : predicted;
  check(actual.size() == predicted.size(), "the model gives {} numbers for {} of the targets",
        predicted.size(), actual.size());
  std::vector<Answer> out;
  for (int64_t i = 0; i < samples; ++i) {
    Answer& answer = out.emplace_back();
    if (known)
      answer.target = cells(actual.data() + i * numbers, numbers);
    answer.prediction = cells(predicted.data() + i * numbers, numbers);
  }
  return out;
}

std::unique_ptr<Evaluator> quantity_evaluator(const Problem& problem) {
  return std::make_unique<QuantityEvaluator>(problem);
}

}  // namespace hebb
