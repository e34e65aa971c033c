// Reconstruction: a model that gives back what it is given, through a narrow place: an autoencoder.
#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/indexing.h"
#include "hebb/page/html.h"
#include "hebb/tasks/builtin.h"
#include "hebb/tasks/chosen_samples.h"
#include "hebb/tasks/quantities.h"
#include "hebb/tasks/sample_sheet.h"

namespace hebb {
namespace {

constexpr size_t shown_pairs = 12;  // drawn at random, and as many of the worst
constexpr uint64_t pair_seed = 1;

struct KeptPair {
  int64_t index = 0;            // of the sample
  double error = 0;             // the mean of its squared errors
  Tensor original, given_back;  // [1, ...]
};

Tensor copied_row(const Tensor& rows, int64_t i) {
  return rows[{Slice(i, i + 1)}].detach().clone();
}

class ReconstructionEvaluator : public Evaluator {
 public:
  explicit ReconstructionEvaluator(const Problem& problem)
      : numbers_(quantity_evaluator(problem)) {}

  void add(const AnsweredBatch& batch) override {
    numbers_->add(batch);
    const std::vector<double> actual = batch.target.to_vector<double>(),
                              given = batch.output.to_vector<double>();
    const int64_t samples = batch.target.size(0);
    if (samples == 0 || actual.size() != given.size())
      return;
    const size_t each = actual.size() / size_t(samples);
    for (int64_t i = 0; i < samples; ++i) {
      double squares = 0;
      for (size_t k = size_t(i) * each; k < size_t(i + 1) * each; ++k)
        squares += (actual[k] - given[k]) * (actual[k] - given[k]);
      const double error = squares / double(std::max<size_t>(1, each));
      keep(drawn_, random_key(pair_seed, batch.first + i), batch, i, error);
      keep(worst_, -error, batch, i, error);
    }
  }

  metrics::Measured measured() const override { return numbers_->measured(); }

  std::vector<ReportSection> sections(const data::Dataset& tested) const override {
    std::vector<ReportSection> out;
    const auto section = [&](const char* title, const char* text,
                             const std::vector<KeptPair>& pairs) {
      std::string body;
      for (const KeptPair& pair : pairs)
        body += figure(pair, tested);
      if (!body.empty())
        out.push_back({title, text, "<div class=\"mistakes\">" + body + "</div>"});
    };
    section("Reconstructions", "Drawn at random: the original, and what the model makes of it.",
            drawn_.by_place());
    section("The worst reconstructions", "Those of the largest mean squared error.",
            worst_.by_key());
    for (ReportSection& charts : numbers_->sections(tested))
      out.push_back(std::move(charts));
    return out;
  }

 private:
  static void keep(ChosenSamples<KeptPair>& chosen, double key, const AnsweredBatch& batch,
                   int64_t i, double error) {
    const int64_t index = batch.first + i;
    if (chosen.takes(key, index))
      chosen.add(key, {index, error, copied_row(batch.target, i), copied_row(batch.output, i)});
  }

  static std::string figure(const KeptPair& pair, const data::Dataset& tested) {
    const auto original = picture_of_row(pair.original, 0, tested.recipe()),
               given_back = picture_of_row(pair.given_back, 0, tested.recipe());
    if (!original || !given_back)
      return {};
    const std::string name = tested.source().sample_name(tested.source_index(pair.index));
    return fmt::format(
        "<figure>{}{}<figcaption><span class=\"which\">{}</span><span class=\"sure\">error "
        "{}</span></figcaption></figure>",
        picture_element(*original, name), picture_element(*given_back, name + ", given back"),
        page::escape(name), page::number(pair.error));
  }

  std::unique_ptr<Evaluator> numbers_;
  ChosenSamples<KeptPair> drawn_{shown_pairs}, worst_{shown_pairs};
};

}  // namespace

constinit const Task task_word::reconstruction = {
    .name = "reconstruction",
    .what = "a model that gives back its input: an autoencoder",
    .suits = [](const Problem&) { return true; },
    .loss = "mse",
    .metrics = {"mean_absolute_error"},
    .headline = {{"root_mean_squared_error"}, {"r2"}, {"loss"}},
    .table = {"loss", "r2", "mean_absolute_error", "root_mean_squared_error", "max_error"},
    .names = quantity_answer_names,
    .answers = quantity_answers,
    .evaluator = [](const Problem& problem) -> std::unique_ptr<Evaluator> {
      return std::make_unique<ReconstructionEvaluator>(problem);
    },
    .input_is_target = true,
};

}  // namespace hebb
