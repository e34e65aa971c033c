// The meters behind the metrics: which statistics each keeps, and which function reads its value
// from them.
#include <algorithm>
#include <cmath>
#include <optional>

#include "hebb/base/check.h"
#include "hebb/metrics/calibration.h"
#include "hebb/metrics/class_counts.h"
#include "hebb/metrics/classification.h"
#include "hebb/metrics/metric.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/predictions.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/ranking.h"
#include "hebb/metrics/regression.h"
#include "hebb/metrics/sample_weights.h"
#include "hebb/metrics/score_ranks.h"

namespace hebb::metrics {

namespace {

void check_state(bool holds) {
  check(holds, "this is not the state of such a metric");
}

int64_t count_of(double number) {  // states come from files
  check_state(number >= 0 && number < 0x1p53);
  return int64_t(number);
}

double amount_of(double number) {  // a number of samples, or what they weigh
  check_state(number >= 0 && std::isfinite(number));
  return number;
}

// A meter for which samples may count differently; no weights: each counts 1.
struct WeightedMeter : Meter {
  void update(const Tensor& outputs, const Tensor& targets) final { add(outputs, targets, {}); }
  void update_weighted(const Tensor& outputs, const Tensor& targets,
                       std::span<const double> weights) final {
    add(outputs, targets, weights);
  }
  virtual void add(const Tensor& outputs, const Tensor& targets,
                   std::span<const double> weights) = 0;
};

// Clones by copying.
template <class Self>
struct Copied : WeightedMeter {
  std::unique_ptr<Meter> clone() const override {
    return std::make_unique<Self>(static_cast<const Self&>(*this));
  }
};

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

using Regression = double (*)(const RegressionSums&, Warnings*);

struct SumMeter final : Copied<SumMeter> {
  RegressionSums sums;
  Regression score;
  explicit SumMeter(Regression score) : score(score) {}
  bool of_numbers() const override { return true; }
  void reset() override { sums = {}; }
  void add(const Tensor& outputs, const Tensor& targets, std::span<const double> given) override {
    check(outputs.numel() == targets.numel(), "outputs {} and targets {} do not belong together",
          describe(outputs), describe(targets));
    const auto truth = targets.to_vector<double>(), prediction = outputs.to_vector<double>();
    const std::vector<double> weights = weights_of_places(given, truth.size());
    RegressionSums batch;
    for (size_t i = 0; i < truth.size(); ++i)
      batch.add(truth[i], prediction[i], weight_at(weights, i));
    sums.merge(batch);
  }
  double value(Warnings* warnings) const override {
    return sums.count ? score(sums, warnings) : nan;
  }
  std::vector<double> state() const override {
    return {double(sums.count),
            sums.absolute,
            sums.squared,
            sums.largest,
            sums.percentage,
            sums.squared_log,
            double(sums.without_log),
            sums.truth.origin,
            sums.truth.mean,
            sums.truth.squares,
            sums.error.origin,
            sums.error.mean,
            sums.error.squares,
            sums.symmetric,
            sums.weight};
  }
  void merge(std::span<const double> s) override {
    check_state(s.size() >= 13 && s.size() <= 15);  // the last two came later
    sums.merge({count_of(s[0]),
                s[1],
                s[2],
                s[3],
                s[4],
                s[5],
                count_of(s[6]),
                {s[7], s[8], s[9]},
                {s[10], s[11], s[12]},
                s.size() > 13 ? s[13] : 0,
                amount_of(s.size() > 14 ? s[14] : s[0])});
  }
};

// What a model believes of each sample, as a loss or as bins of beliefs. y_score: probabilities,
// [samples, classes] or [samples] of class 1.
struct BeliefSums {
  LogLossSum log_loss;
  BrierSum brier;
  CalibrationBins calibration;
};
using BeliefScore = double (*)(const BeliefSums&, Warnings*);

struct BeliefMeter final : Copied<BeliefMeter> {
  BeliefSums sums;
  BeliefScore score;
  bool calibrates;  // it is of the bins, which count samples
  BeliefMeter(BeliefScore score, bool calibrates) : score(score), calibrates(calibrates) {}
  void reset() override { sums = {}; }

  void add(const Tensor& outputs, const Tensor& targets, std::span<const double> given) override {
    check_in(!calibrates || given.empty(), ErrorKind::usage, "", "takes no weights of samples");
    const Scores batch = scores_of(outputs, targets);
    const size_t samples = batch.y_true.size();
    const std::vector<double> weights = weights_of_places(given, samples);
    std::vector<double> beliefs;
    if (batch.y_score.size() == samples) {
      for (double logit : batch.y_score)
        beliefs.push_back(1 / (1 + std::exp(-logit)));
    } else {
      const auto classes = size_t(batch.classes);
      for (size_t i = 0; i < samples; ++i)
        append_softmax(std::span(batch.y_score).subspan(i * classes, classes), beliefs);
    }
    sums.log_loss.add(batch.y_true, beliefs, batch.classes, weights);
    // Of two classes the belief in class 1, as measure_binary has it.
    if (batch.classes == 2 && beliefs.size() != samples)
      for (size_t i = 0; i < samples; ++i)
        beliefs[i] = beliefs[2 * i + 1];
    if (batch.classes == 2)
      beliefs.resize(samples);
    sums.brier.add(batch.y_true, beliefs, batch.classes, weights);
    if (given.empty())
      sums.calibration.add(batch.y_true, beliefs, batch.classes);
  }
  double value(Warnings* warnings) const override {
    return sums.log_loss.weight > 0 ? score(sums, warnings) : nan;
  }
  std::vector<double> state() const override {
    std::vector<double> out{sums.log_loss.sum, sums.log_loss.weight, sums.brier.sum};
    for (double number : sums.calibration.state())
      out.push_back(number);
    return out;
  }
  void merge(std::span<const double> s) override {
    check_state(s.size() > 3);
    const CalibrationBins bins = CalibrationBins::from_state(s.subspan(3));
    check_state(bins.bins() == sums.calibration.bins() &&
                (!calibrates || bins.total() == count_of(s[1])));
    sums.log_loss.sum += s[0];
    sums.log_loss.weight += amount_of(s[1]);
    sums.brier.sum += s[2];
    sums.brier.weight += amount_of(s[1]);
    sums.calibration.merge(bins);
  }
};

Metric of_beliefs(std::string name, BeliefScore score, bool calibrates = false) {
  return {std::move(name), Better::lower, std::make_unique<BeliefMeter>(score, calibrates)};
}

Metric renamed(Metric metric, std::string name) {
  metric.name = std::move(name);
  return metric;
}

Metric plain(std::string name, Score score) {
  return {std::move(name), Better::higher, std::make_unique<PlainMeter>(score)};
}

Metric averaged(std::string name, ScoreOf of_one, AveragedScore of_all, std::string_view average) {
  const auto known = average_of(average);
  check_in(known || average.empty(), ErrorKind::usage, name,
           "unknown average '{}'; known are 'macro', 'micro' and 'weighted'", average);
  if (known)
    name += fmt::format("_{}", average);
  return {std::move(name), Better::higher, std::make_unique<AverageMeter>(of_one, of_all, known)};
}

Metric regression(std::string name, Regression score, Better better = Better::lower) {
  return {std::move(name), better, std::make_unique<SumMeter>(score)};
}

}  // namespace

Metric accuracy() {
  return plain("accuracy", accuracy_score);
}
Metric balanced_accuracy() {
  return plain("balanced_accuracy", balanced_accuracy_score);
}
Metric matthews_corrcoef() {
  return plain("matthews_corrcoef", static_cast<Score>(matthews_corrcoef));
}
Metric cohen_kappa() {
  return plain("cohen_kappa", cohen_kappa_score);
}
Metric precision(std::string_view average) {
  return averaged("precision", precision_of, precision_score, average);
}
Metric recall(std::string_view average) {
  return averaged("recall", recall_of, recall_score, average);
}
Metric f1(std::string_view average) {
  return averaged("f1", f1_of, f1_score, average);
}
Metric jaccard(std::string_view average) {
  return averaged("jaccard", jaccard_of, jaccard_score, average);
}
Metric specificity(std::string_view average) {
  return averaged("specificity", specificity_of, specificity_score, average);
}
Metric roc_auc() {
  return {"roc_auc", Better::higher, std::make_unique<RankMeter>(&ScoreRanks::roc_auc)};
}
Metric average_precision() {
  return {"average_precision", Better::higher,
          std::make_unique<RankMeter>(&ScoreRanks::average_precision)};
}

Metric mean_iou() {
  return renamed(jaccard("macro"), "mean_iou");
}
Metric dice() {
  return renamed(f1("macro"), "dice");
}

Metric log_loss() {
  return of_beliefs("log_loss",
                    [](const BeliefSums& s, Warnings* w) { return s.log_loss.value(w); });
}
Metric perplexity() {
  return of_beliefs("perplexity",
                    [](const BeliefSums& s, Warnings* w) { return std::exp(s.log_loss.value(w)); });
}
Metric brier_score_loss() {
  return of_beliefs("brier_score_loss",
                    [](const BeliefSums& s, Warnings* w) { return s.brier.value(w); });
}
Metric expected_calibration_error() {
  return of_beliefs(
      "expected_calibration_error",
      [](const BeliefSums& s, Warnings* w) { return s.calibration.expected_error(w); }, true);
}
Metric maximum_calibration_error() {
  return of_beliefs(
      "maximum_calibration_error",
      [](const BeliefSums& s, Warnings* w) { return s.calibration.maximum_error(w); }, true);
}

Metric top_k_accuracy(int64_t k) {
  check_in(k >= 1, ErrorKind::usage, "top_k_accuracy", "k is {}; it should be at least 1", k);
  return {fmt::format("top{}_accuracy", k), Better::higher, std::make_unique<TopMeter>(k)};
}

Metric mean_absolute_error() {
  return regression("mean_absolute_error", static_cast<Regression>(mean_absolute_error));
}
Metric mean_squared_error() {
  return regression("mean_squared_error", static_cast<Regression>(mean_squared_error));
}
Metric root_mean_squared_error() {
  return regression("root_mean_squared_error", static_cast<Regression>(root_mean_squared_error));
}
Metric mean_absolute_percentage_error() {
  return regression("mean_absolute_percentage_error",
                    static_cast<Regression>(mean_absolute_percentage_error));
}
Metric max_error() {
  return regression("max_error", static_cast<Regression>(max_error));
}
Metric symmetric_mean_absolute_percentage_error() {
  return regression("symmetric_mean_absolute_percentage_error",
                    static_cast<Regression>(symmetric_mean_absolute_percentage_error));
}
Metric r2() {
  return regression("r2", r2_score, Better::higher);
}
Metric explained_variance() {
  return regression("explained_variance", explained_variance_score, Better::higher);
}

}  // namespace hebb::metrics
