// All metrics of a task at once, by the names of scikit-learn's functions: what `hebb metrics`
// prints and `hebb eval` reports.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hebb/metrics/class_counts.h"
#include "hebb/metrics/confusion_matrix.h"
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
  std::vector<std::string> warnings;

  static constexpr int64_t max_confusion = 1000;
};

// class_names: by label, for the warnings; none: a class goes by its label.
struct BinaryOptions {
  int64_t positive = 1;               // the class that precision, recall and their like are about
  std::optional<double> threshold{};  // 0.5: scores at or above it are positive
  double eps = std::numeric_limits<double>::epsilon();  // log_loss: the step of the scores' type
  std::vector<std::string> class_names{};
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
                            std::vector<std::string> class_names = {});

Measured measure_regression(std::span<const double> y_true, std::span<const double> y_pred);

// The rows of a table of classes.
std::vector<ClassRow> class_rows(const ClassCounts& counts);

}  // namespace hebb::metrics
