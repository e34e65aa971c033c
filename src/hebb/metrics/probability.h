// Metrics of predicted probabilities. y_score: [samples, classes] in rows that sum to 1, or for two
// classes [samples], the probability of class 1. Labels are 0 .. classes - 1. Without samples each
// is NaN, with a warning.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// Of two classes, 1 where the score is at least `threshold`.
std::vector<int64_t> predicted_labels(std::span<const double> y_score, double threshold = 0.5);
// Of several, the column of the largest score, the first of equals.
std::vector<int64_t> predicted_labels(std::span<const double> y_score, int64_t classes);

// Mean of -ln(probability of the true class), in nats. Probabilities are clipped to [eps, 1 - eps],
// then rows are scaled to sum 1, as scikit-learn does; eps: the step of the type that the
// probabilities came in.
double log_loss(std::span<const int64_t> y_true, std::span<const double> y_score,
                int64_t classes = 2, double eps = std::numeric_limits<double>::epsilon(),
                Warnings* warnings = nullptr);

// Mean squared distance of the probabilities from what happened: for two classes (score - truth)²,
// 0 .. 1; for more, the sum over classes, 0 .. 2. Source: Brier 1950.
double brier_score_loss(std::span<const int64_t> y_true, std::span<const double> y_score,
                        int64_t classes = 2, Warnings* warnings = nullptr);

// The same in parts, batch by batch.
// weights: how much each sample counts; empty: 1.
struct LogLossSum {
  double eps = std::numeric_limits<double>::epsilon();
  double sum = 0, weight = 0;  // weight: of the samples; without weights their number
  bool scaled = false;         // rows that did not sum to 1
  void add(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t classes,
           std::span<const double> weights = {});
  double value(Warnings* warnings = nullptr) const;
};
struct BrierSum {
  double sum = 0, weight = 0;
  void add(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t classes,
           std::span<const double> weights = {});
  double value(Warnings* warnings = nullptr) const;
};

// The part of samples whose class is among the k largest scores; of equal scores the first column
// goes ahead, as in predicted_labels.
double top_k_accuracy_score(std::span<const int64_t> y_true, std::span<const double> y_score,
                            int64_t classes, int64_t k, Warnings* warnings = nullptr);

// Is scores[label] among the k largest of one row?
bool in_top_k(std::span<const double> scores, int64_t label, int64_t k);

// Errors: numbers of samples that do not match, labels outside 0 .. classes - 1, scores that are
// NaN.
void check_scores(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t columns,
                  int64_t classes);

// Logits of one sample as probabilities (softmax), behind what is in out.
void append_softmax(std::span<const double> logits, std::vector<double>& out);

}  // namespace hebb::metrics
