// All metrics of a task at once, by the names of scikit-learn's functions: what `hebb metrics`
// prints and `hebb eval` reports.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hebb/metrics/calibration.h"
#include "hebb/metrics/class_counts.h"
#include "hebb/metrics/confusion_matrix.h"
#include "hebb/metrics/error_median.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/regression.h"
#include "hebb/metrics/score_ranks.h"
#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

struct ClassRow {
  int64_t label = 0;
  double precision = 0, recall = 0, f1 = 0;
  int64_t support = 0;  // samples of the class
};

struct Measured {
  int64_t samples = 0;
  std::vector<std::pair<std::string, double>> values;  // NaN: undefined, and a warning says why
  std::vector<ClassRow> classes;  // those that occur or are predicted (both of two)
  std::optional<ConfusionMatrix>
      confusion;  // of `classes`, in their order; none where they are more than max_confusion
  std::vector<ReliabilityPoint> reliability{};  // where there are probabilities
  std::vector<std::string> warnings;

  static constexpr int64_t max_confusion = 1000;
};

// class_names: by label, for the warnings; none: a class goes by its label.
struct BinaryOptions {
  int64_t positive = 1;               // the class that precision, recall and their like are about
  std::optional<double> threshold{};  // 0.5: scores at or above it are positive
  double eps = std::numeric_limits<double>::epsilon();  // log_loss: the step of the scores' type
  std::vector<std::string> class_names{};
  int64_t bins = 15;  // of calibration
};

// y_pred or y_score may be left out, not both. y_score: [samples] probabilities of class 1, or
// [samples, 2].
Measured measure_binary(std::span<const int64_t> y_true,
                        std::optional<std::span<const int64_t>> y_pred,
                        std::optional<std::span<const double>> y_score,
                        const BinaryOptions& options);
Measured measure_binary(std::span<const int64_t> y_true,
                        std::optional<std::span<const int64_t>> y_pred,
                        std::optional<std::span<const double>> y_score);

// y_score: [samples, classes] probabilities. classes: 0 takes the largest label + 1 (without scores
// only).
Measured measure_multiclass(std::span<const int64_t> y_true,
                            std::optional<std::span<const int64_t>> y_pred,
                            std::optional<std::span<const double>> y_score, int64_t classes = 0,
                            double eps = std::numeric_limits<double>::epsilon(),
                            std::vector<std::string> class_names = {}, int64_t bins = 15);

Measured measure_regression(std::span<const double> y_true, std::span<const double> y_pred);

// The same of a classification, batch by batch in bounded memory: areas are exact up to `keep`
// scores (ScoreRanks says what comes then), a confusion matrix is kept of up to max_confusion
// classes.
struct ClassMeasureOptions {
  double eps = std::numeric_limits<double>::epsilon();  // as measure_multiclass has it
  std::vector<std::string> class_names{};
  int64_t keep = ScoreRanks::most_exact;
  bool two_as_binary = true;  // two classes are measured as measure_binary does, 1 is positive
  int64_t bins = 15;          // of calibration
};
class ClassMeasures {
 public:
  explicit ClassMeasures(int64_t classes, ClassMeasureOptions options = {});
  // y_score: [samples, classes] probabilities; in all batches, or in none. weights: how much each
  // sample counts, at least 0; empty: 1. Where some were given, what takes none is left out, and a
  // warning says so; the confusion matrix and the samples of a class are counts all the same.
  void add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
           std::optional<std::span<const double>> y_score, std::span<const double> weights = {});
  Measured measured() const;
  const ConfusionMatrix& confusion() const { return confusion_; }  // of all classes, or empty

 private:
  ClassMeasureOptions options_;
  bool binary_, scored_ = false, probabilities_ = true, weighted_ = false;
  int64_t samples_ = 0;
  std::vector<int64_t> of_class_;  // samples
  ClassCounts counts_;
  ConfusionMatrix confusion_;
  ScoreRanks ranks_;
  LogLossSum log_loss_;
  BrierSum brier_;
  CalibrationBins calibration_;
  std::array<double, 3> top_hits_{};
};

// And of a regression. keep: so many errors give the exact median.
class RegressionMeasures {
 public:
  explicit RegressionMeasures(int64_t keep = ErrorMedian::most_exact) : errors_(keep) {}
  // weights: as ClassMeasures has them.
  void add(std::span<const double> y_true, std::span<const double> y_pred,
           std::span<const double> weights = {});
  Measured measured() const;

 private:
  bool weighted_ = false;
  int64_t samples_ = 0;
  RegressionSums sums_;
  ErrorMedian errors_;
  bool not_negative_ = true;
};

// The rows of a table of classes.
std::vector<ClassRow> class_rows(const ClassCounts& counts);

}  // namespace hebb::metrics
