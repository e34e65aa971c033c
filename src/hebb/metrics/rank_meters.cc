// Metrics that follow from how samples rank among each other: areas below curves.
#include <optional>
#include <utility>

#include "hebb/metrics/metric_entry.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/predictions.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/sample_weights.h"
#include "hebb/metrics/score_ranks.h"
#include "hebb/metrics/weighted_meter.h"

namespace hebb::metrics {
namespace {

// The area depends on how each sample ranks among all others. Logits rank as probabilities only for
// two classes, so rows go through softmax.
using AreaOf = Area (ScoreRanks::*)(Average, Warnings*) const;

struct RankMeter final : WeightedMeter {
  AreaOf area;
  std::optional<ScoreRanks> ranks;  // none before the first batch

  explicit RankMeter(AreaOf area) : area(area) {}
  std::unique_ptr<Meter> clone() const override { return std::make_unique<RankMeter>(*this); }

  void reset() override { ranks.reset(); }

  void add(const Tensor& outputs, const Tensor& targets, std::span<const double> weights) override {
    Scores batch = scores_of(outputs, targets);
    check(!ranks || ranks->columns() == columns_of(batch.classes),
          "outputs have {} classes after batches with {}", batch.classes,
          ranks ? ranks->classes() : 0);
    if (!ranks)
      ranks.emplace(columns_of(batch.classes), scale_of(batch.classes));
    if (batch.y_score.size() != batch.y_true.size())
      batch.y_score = beliefs(batch);
    ranks->add(batch.y_true, batch.y_score, weights_of_places(weights, batch.y_true.size()));
  }

  double value(Warnings* warnings) const override {
    return ranks && ranks->samples() > 0 ? ((*ranks).*area)(Average::macro, warnings).value : nan;
  }

  std::vector<double> state() const override {
    return ranks ? ranks->state() : std::vector<double>{};
  }

  void merge(std::span<const double> state) override {
    if (state.empty())
      return;
    check_state(state.size() >= 2);
    ScoreRanks other = ScoreRanks::from_state(
        state, state[1] == 1 ? ScoreScale::logit : ScoreScale::probability, ScoreRanks::most_exact);
    check_state(!ranks || ranks->columns() == other.columns());
    if (ranks)
      ranks->merge(other);
    else
      ranks.emplace(std::move(other));
  }

 private:
  static int64_t columns_of(int64_t classes) { return classes == 2 ? 1 : classes; }
  static ScoreScale scale_of(int64_t classes) {
    return classes == 2 ? ScoreScale::logit : ScoreScale::probability;
  }
  static std::vector<double> beliefs(const Scores& batch) {
    std::vector<double> out;
    const auto classes = size_t(batch.classes);
    for (size_t i = 0; i < batch.y_true.size(); ++i) {
      const auto row = std::span(batch.y_score).subspan(i * classes, classes);
      if (classes == 2)
        out.push_back(row[1] - row[0]);
      else
        append_softmax(row, out);
    }
    return out;
  }
};

}  // namespace

Metric roc_auc() {
  return {"roc_auc", Better::higher, std::make_unique<RankMeter>(&ScoreRanks::roc_auc)};
}
constinit const MetricEntry metric_word::roc_auc = {
    .name = "roc_auc",
    .short_form = "auc",
    .what = "area under the ROC curve",
    .make = [](std::string_view) { return metrics::roc_auc(); },
    .relatives = {"roc_auc_ovr", "roc_auc_ovr_macro", "roc_auc_ovr_micro", "roc_auc_ovr_weighted",
                  "roc_auc_ovo", "roc_auc_ovo_macro", "roc_auc_ovo_weighted"},
};

Metric average_precision() {
  return {"average_precision", Better::higher,
          std::make_unique<RankMeter>(&ScoreRanks::average_precision)};
}
constinit const MetricEntry metric_word::average_precision = {
    .name = "average_precision",
    .what = "area under the curve of precision over recall, in steps",
    .make = [](std::string_view) { return metrics::average_precision(); },
    .relatives = {"average_precision_macro", "average_precision_micro",
                  "average_precision_weighted"},
};

}  // namespace hebb::metrics
