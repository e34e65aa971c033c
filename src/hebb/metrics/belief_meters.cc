// Metrics of what a model believes of each sample: losses of probabilities, and calibration.
#include <cmath>
#include <utility>

#include "hebb/metrics/calibration.h"
#include "hebb/metrics/metric_entry.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/predictions.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/sample_weights.h"
#include "hebb/metrics/weighted_meter.h"

namespace hebb::metrics {
namespace {

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

}  // namespace

Metric log_loss() {
  return of_beliefs("log_loss",
                    [](const BeliefSums& s, Warnings* w) { return s.log_loss.value(w); });
}
constinit const MetricEntry metric_word::log_loss = {
    .name = "log_loss",
    .what = "mean of -ln of the probability of the true class",
    .make = [](std::string_view) { return metrics::log_loss(); },
};

Metric perplexity() {
  return of_beliefs("perplexity",
                    [](const BeliefSums& s, Warnings* w) { return std::exp(s.log_loss.value(w)); });
}
constinit const MetricEntry metric_word::perplexity = {
    .name = "perplexity",
    .what = "exp of log_loss: among how many it is as if one guessed",
    .make = [](std::string_view) { return metrics::perplexity(); },
};

Metric brier_score_loss() {
  return of_beliefs("brier_score_loss",
                    [](const BeliefSums& s, Warnings* w) { return s.brier.value(w); });
}
constinit const MetricEntry metric_word::brier_score_loss = {
    .name = "brier_score_loss",
    .short_form = "brier",
    .what = "mean squared distance of probabilities from what happened",
    .make = [](std::string_view) { return metrics::brier_score_loss(); },
};

Metric expected_calibration_error() {
  return of_beliefs(
      "expected_calibration_error",
      [](const BeliefSums& s, Warnings* w) { return s.calibration.expected_error(w); }, true);
}
constinit const MetricEntry metric_word::expected_calibration_error = {
    .name = "expected_calibration_error",
    .short_form = "ece",
    .what = "mean distance of beliefs from how often they are right",
    .make = [](std::string_view) { return metrics::expected_calibration_error(); },
};

Metric maximum_calibration_error() {
  return of_beliefs(
      "maximum_calibration_error",
      [](const BeliefSums& s, Warnings* w) { return s.calibration.maximum_error(w); }, true);
}
constinit const MetricEntry metric_word::maximum_calibration_error = {
    .name = "maximum_calibration_error",
    .short_form = "mce",
    .what = "the largest distance of beliefs from how often they are right",
    .make = [](std::string_view) { return metrics::maximum_calibration_error(); },
};

}  // namespace hebb::metrics
