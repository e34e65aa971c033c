// Answers that a model is sure of: how many there are (coverage), and how often they are right.
// What a service does that answers above a confidence and asks a person below it. El-Yaniv and
// Wiener 2010.
#pragma once

#include <cstdint>
#include <span>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

struct SelectiveSums {
  int64_t samples = 0, answered = 0, right = 0;

  // y_score: [samples] probabilities of class 1, or [samples, classes]. An answer is the likeliest
  // class, and its probability the confidence; at least `confidence` is sure enough. Error: sizes
  // or labels that do not fit.
  void add(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t classes,
           double confidence);
  void merge(const SelectiveSums& other);
  double coverage(Warnings* warnings = nullptr) const;  // NaN, with a warning, without samples
  double accuracy(Warnings* warnings = nullptr) const;  // of those answered; NaN, with a warning,
                                                        // where none is
};

}  // namespace hebb::metrics
