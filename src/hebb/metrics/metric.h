// Metric: what training is measured by. It is fed batch by batch and asked at the end; in between
// it keeps sufficient statistics, so its value does not depend on how the samples were cut into
// batches. A value type: a copy goes its own way.
//
//   Trainer trainer(net, {.loss = cross_entropy, .metrics = {metrics::accuracy(),
//   metrics::f1("macro"), metrics::top_k_accuracy(5)}});
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/metrics/warnings.h"
#include "hebb/tensor/tensor.h"

namespace hebb::metrics {

struct ClassCounts;

enum class Better { higher, lower };

// The inside of a metric. Derive from it for one of your own.
class Meter {
 public:
  virtual ~Meter() = default;
  virtual std::unique_ptr<Meter> clone() const = 0;
  virtual void reset() = 0;
  virtual void update(const Tensor& outputs, const Tensor& targets) = 0;
  // The same where samples do not count alike: weights, one a sample, at least 0. Error (usage)
  // unless a meter knows how.
  virtual void update_weighted(const Tensor& outputs, const Tensor& targets,
                               std::span<const double> weights);
  virtual double value(Warnings* warnings) const = 0;
  // Everything it knows, exactly, as numbers; merge adds another's state to its own.
  virtual std::vector<double> state() const = 0;
  virtual void merge(std::span<const double> state) = 0;
  // Of numbers (mean_squared_error, r2): takes outputs as they are, also those of two classes,
  // whose probabilities it then measures. Others take logits, whatever the loss makes of the
  // outputs.
  virtual bool of_numbers() const { return false; }
  // What it would be of these counts; empty: it does not follow from them (roc_auc, r2).
  virtual std::optional<double> of_counts(const ClassCounts&) const { return std::nullopt; }
};

struct Metric {
  std::string name;  // as in "val_NAME"
  Better better;

  Metric(std::string name, Better better, std::unique_ptr<Meter> meter);
  Metric(const Metric& other);
  Metric(Metric&&) noexcept = default;
  Metric& operator=(const Metric& other);
  Metric& operator=(Metric&&) noexcept = default;

  void reset() { meter_->reset(); }
  // outputs: logits [N, classes] (or [N], [N, 1] for two classes) with labels [N]; for regression,
  // numbers with as many targets. weights: [N], how much each sample counts, at least 0; undefined:
  // 1. Error (usage): it takes no weights.
  void update(const Tensor& outputs, const Tensor& targets, const Tensor& weights = {});
  double value(Warnings* warnings = nullptr) const {
    return meter_->value(warnings);
  }                                                 // NaN before the first sample
  bool is_better(double value, double than) const;  // NaN is never better, anything beats NaN

  bool of_numbers() const { return meter_->of_numbers(); }
  std::optional<double> of_counts(const ClassCounts& counts) const {
    return meter_->of_counts(counts);
  }

  // For checkpoints, and for workers that each saw a part.
  std::vector<double> state() const { return meter_->state(); }
  void set_state(std::span<const double> state);
  void merge(const Metric& other) { meter_->merge(other.state()); }

 private:
  std::unique_ptr<Meter> meter_;
};

// average: "macro", "micro" or "weighted"; left out, class 1 when there are two classes and macro
// when there are more.
Metric accuracy();
Metric zero_one_loss();  // share of samples that are wrong
Metric balanced_accuracy();
Metric top_k_accuracy(int64_t k);
Metric precision(std::string_view average = "");
Metric recall(std::string_view average = "");
Metric f1(std::string_view average = "");
Metric jaccard(std::string_view average = "");
Metric specificity(std::string_view average = "");
Metric matthews_corrcoef();
Metric cohen_kappa();
// Over two classes, or each against the rest; ScoreRanks says what it keeps of an epoch.
Metric roc_auc();
Metric average_precision();  // as roc_auc

// Of segmentations, where every place of a picture is a sample: means over the classes that occur.
Metric mean_iou();  // intersection over union: jaccard("macro")
Metric dice();      // 2 intersection / (both areas): f1("macro")

// Of what a model believes.
Metric log_loss();
Metric perplexity();  // exp of log_loss: of language models
Metric brier_score_loss();
Metric expected_calibration_error();
Metric maximum_calibration_error();

Metric mean_absolute_error();
Metric mean_squared_error();
Metric root_mean_squared_error();
// Of ln(1 + truth) and ln(1 + prediction); NaN, with a warning, where one is not above -1.
Metric mean_squared_log_error();
Metric root_mean_squared_log_error();
Metric mean_absolute_percentage_error();
Metric symmetric_mean_absolute_percentage_error();
Metric max_error();
Metric r2();
Metric explained_variance();

// By its word: "accuracy", "f1_macro", "top5_accuracy", "mse", ... Error: an unknown word; it names
// the nearest known ones.
Metric metric(std::string_view word);
std::vector<std::string> metric_names();
// Of a word, or of anything else that an evaluation measures: "roc_auc_ovr_macro". Nothing: it is
// not known.
std::optional<Better> better_of(std::string_view measure);
std::string full_name(std::string_view word);  // "mean_absolute_error" for "mae"; the word itself
                                               // where it is no short form

}  // namespace hebb::metrics
