// Metrics that follow from how often each class was told right and wrong; top-k accuracies.
#include <algorithm>
#include <optional>

#include "hebb/metrics/class_counts.h"
#include "hebb/metrics/classification.h"
#include "hebb/metrics/metric_entry.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/predictions.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/sample_weights.h"
#include "hebb/metrics/weighted_meter.h"

namespace hebb::metrics {
namespace {

using Score = double (*)(const ClassCounts&, Warnings*);
using ScoreOf = double (*)(const ClassCounts&, int64_t label, Warnings*);
using AveragedScore = double (*)(const ClassCounts&, Average, Warnings*);

// Keeps the counts of each class.
struct CountMeter : WeightedMeter {
  ClassCounts counts;

  void reset() override { counts = ClassCounts(); }

  void add(const Tensor& outputs, const Tensor& targets, std::span<const double> weights) override {
    const Labels labels = labels_of(outputs, targets);
    ClassCounts batch(labels.classes);
    batch.add(labels.y_true, labels.y_pred, weights_of_places(weights, labels.y_true.size()));
    counts.merge(batch);
  }

  std::vector<double> state() const override {
    std::vector<double> out;
    for (const auto* part : {&counts.actual, &counts.predicted, &counts.correct})
      out.insert(out.end(), part->begin(), part->end());
    return out;
  }

  void merge(std::span<const double> state) override {
    check_state(state.size() % 3 == 0);
    const size_t classes = state.size() / 3;
    ClassCounts other{int64_t(classes)};
    for (size_t i = 0; i < classes; ++i) {
      other.actual[i] = amount_of(state[i]);
      other.predicted[i] = amount_of(state[classes + i]);
      other.correct[i] = amount_of(state[2 * classes + i]);
    }
    counts.merge(other);
  }

  std::optional<double> of_counts(const ClassCounts& given) const override {
    const std::unique_ptr<Meter> other = clone();
    static_cast<CountMeter&>(*other).counts = given;
    return other->value(nullptr);
  }
};

struct PlainMeter final : CountMeter {
  Score score;
  explicit PlainMeter(Score score) : score(score) {}
  std::unique_ptr<Meter> clone() const override { return std::make_unique<PlainMeter>(*this); }
  double value(Warnings* warnings) const override {
    return counts.total() > 0 ? score(counts, warnings) : nan;
  }
};

struct AverageMeter final : CountMeter {
  ScoreOf of_one;
  AveragedScore of_all;
  std::optional<Average> average;
  AverageMeter(ScoreOf of_one, AveragedScore of_all, std::optional<Average> average)
      : of_one(of_one), of_all(of_all), average(average) {}
  std::unique_ptr<Meter> clone() const override { return std::make_unique<AverageMeter>(*this); }
  double value(Warnings* warnings) const override {
    if (counts.total() == 0)
      return nan;
    if (!average && counts.classes() == 2)
      return of_one(counts, 1, warnings);
    return of_all(counts, average.value_or(Average::macro), warnings);
  }
};

struct TopMeter final : Copied<TopMeter> {
  int64_t k;
  double hits = 0, total = 0;
  explicit TopMeter(int64_t k) : k(k) {}
  void reset() override { hits = total = 0; }
  void add(const Tensor& outputs, const Tensor& targets, std::span<const double> given) override {
    const Scores scores = scores_of(outputs, targets);
    const std::vector<double> weights = weights_of_places(given, scores.y_true.size());
    check(int64_t(scores.y_score.size()) == int64_t(scores.y_true.size()) * scores.classes,
          "outputs {} hold one logit a sample; top-k needs one a class", describe(outputs));
    const auto classes = size_t(scores.classes);
    for (size_t i = 0; i < scores.y_true.size(); ++i) {
      const double weight = weight_at(weights, i);
      total += weight;
      if (in_top_k(std::span(scores.y_score).subspan(i * classes, classes), scores.y_true[i], k))
        hits += weight;
    }
  }
  double value(Warnings*) const override { return total > 0 ? hits / total : nan; }
  std::vector<double> state() const override { return {hits, total}; }
  void merge(std::span<const double> state) override {
    check_state(state.size() == 2);
    hits += amount_of(state[0]);
    total += amount_of(state[1]);
  }
};

Metric plain(std::string name, Score score, Better better = Better::higher) {
  return {std::move(name), better, std::make_unique<PlainMeter>(score)};
}

Metric averaged(std::string name, ScoreOf of_one, AveragedScore of_all, std::string_view average) {
  const auto known = average_of(average);
  check_in(known || average.empty(), ErrorKind::usage, name,
           "unknown average '{}'; known are 'macro', 'micro' and 'weighted'", average);
  if (known)
    name += fmt::format("_{}", average);
  return {std::move(name), Better::higher, std::make_unique<AverageMeter>(of_one, of_all, known)};
}

Metric renamed(Metric metric, std::string name) {
  metric.name = std::move(name);
  return metric;
}

}  // namespace

Metric accuracy() {
  return plain("accuracy", accuracy_score);
}
constinit const MetricEntry metric_word::accuracy = {
    .name = "accuracy",
    .what = "share of samples that are right",
    .make = [](std::string_view) { return metrics::accuracy(); },
};

Metric zero_one_loss() {
  return plain("zero_one_loss", static_cast<Score>(zero_one_loss), Better::lower);
}
constinit const MetricEntry metric_word::zero_one_loss = {
    .name = "zero_one_loss",
    .what = "share of samples that are wrong",
    .make = [](std::string_view) { return metrics::zero_one_loss(); },
};

Metric balanced_accuracy() {
  return plain("balanced_accuracy", balanced_accuracy_score);
}
constinit const MetricEntry metric_word::balanced_accuracy = {
    .name = "balanced_accuracy",
    .what = "mean of the classes' recalls",
    .make = [](std::string_view) { return metrics::balanced_accuracy(); },
};

Metric matthews_corrcoef() {
  return plain("matthews_corrcoef", static_cast<Score>(matthews_corrcoef));
}
constinit const MetricEntry metric_word::matthews_corrcoef = {
    .name = "matthews_corrcoef",
    .short_form = "mcc",
    .what = "correlation of prediction and target",
    .make = [](std::string_view) { return metrics::matthews_corrcoef(); },
};

Metric cohen_kappa() {
  return plain("cohen_kappa", cohen_kappa_score);
}
constinit const MetricEntry metric_word::cohen_kappa = {
    .name = "cohen_kappa",
    .short_form = "kappa",
    .what = "agreement beyond chance",
    .make = [](std::string_view) { return metrics::cohen_kappa(); },
};

Metric precision(std::string_view average) {
  return averaged("precision", precision_of, precision_score, average);
}
constinit const MetricEntry metric_word::precision = {
    .name = "precision",
    .what = "of those taken for a class, the share that is of it",
    .make = metrics::precision,
    .averaged = true,
};

Metric recall(std::string_view average) {
  return averaged("recall", recall_of, recall_score, average);
}
constinit const MetricEntry metric_word::recall = {
    .name = "recall",
    .short_form = "sensitivity",
    .what = "of those of a class, the share that was found",
    .make = metrics::recall,
    .averaged = true,
};

Metric f1(std::string_view average) {
  return averaged("f1", f1_of, f1_score, average);
}
constinit const MetricEntry metric_word::f1 = {
    .name = "f1",
    .what = "harmonic mean of precision and recall",
    .make = metrics::f1,
    .averaged = true,
};

Metric jaccard(std::string_view average) {
  return averaged("jaccard", jaccard_of, jaccard_score, average);
}
constinit const MetricEntry metric_word::jaccard = {
    .name = "jaccard",
    .what = "intersection over union of predicted and actual",
    .make = metrics::jaccard,
    .averaged = true,
};

Metric specificity(std::string_view average) {
  return averaged("specificity", specificity_of, specificity_score, average);
}
constinit const MetricEntry metric_word::specificity = {
    .name = "specificity",
    .what = "of those not of a class, the share that was told so",
    .make = metrics::specificity,
    .averaged = true,
};

Metric mean_iou() {
  return renamed(jaccard("macro"), "mean_iou");
}
constinit const MetricEntry metric_word::mean_iou = {
    .name = "mean_iou",
    .short_form = "miou",
    .what = "intersection over union, mean over the classes",
    .make = [](std::string_view) { return metrics::mean_iou(); },
};

Metric dice() {
  return renamed(f1("macro"), "dice");
}
constinit const MetricEntry metric_word::dice = {
    .name = "dice",
    .what = "twice the intersection over both areas, mean over the classes",
    .make = [](std::string_view) { return metrics::dice(); },
};

Metric top_k_accuracy(int64_t k) {
  check_in(k >= 1, ErrorKind::usage, "top_k_accuracy", "k is {}; it should be at least 1", k);
  return {fmt::format("top{}_accuracy", k), Better::higher, std::make_unique<TopMeter>(k)};
}

}  // namespace hebb::metrics
