// Classification metrics that follow from counts: accuracy, precision, recall, F1, and their
// relatives. Names, averages and what happens at 0/0 are scikit-learn's: such a ratio counts as 0,
// and one warning says so. A class that neither occurs nor is predicted has no part in an average.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "hebb/metrics/class_counts.h"
#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

enum class Average {
  macro,    // the mean over classes
  micro,    // all samples in one pot
  weighted  // the mean over classes, weighted by how often they occur
};

std::string_view name(Average average);
std::optional<Average> average_of(std::string_view word);

double accuracy_score(const ClassCounts& counts,
                      Warnings* warnings = nullptr);  // NaN without samples
double zero_one_loss(const ClassCounts& counts,
                     Warnings* warnings = nullptr);  // 1 - accuracy; NaN without samples
double balanced_accuracy_score(
    const ClassCounts& counts,
    Warnings* warnings = nullptr);  // mean recall of the classes that occur
double matthews_corrcoef(const ClassCounts& counts, Warnings* warnings = nullptr);  // -1 .. 1
double cohen_kappa_score(const ClassCounts& counts,
                         Warnings* warnings = nullptr);  // NaN when chance alone would always agree

// Over all classes.
double precision_score(const ClassCounts& counts, Average average, Warnings* warnings = nullptr);
double recall_score(const ClassCounts& counts, Average average, Warnings* warnings = nullptr);
double f1_score(const ClassCounts& counts, Average average, Warnings* warnings = nullptr);
double jaccard_score(const ClassCounts& counts, Average average, Warnings* warnings = nullptr);
double specificity_score(const ClassCounts& counts, Average average, Warnings* warnings = nullptr);

// Of one class against the rest; in a binary task, of the positive one.
double precision_of(const ClassCounts& counts, int64_t label,
                    Warnings* warnings = nullptr);  // tp / (tp + fp)
double recall_of(const ClassCounts& counts, int64_t label,
                 Warnings* warnings = nullptr);  // tp / (tp + fn)
double f1_of(const ClassCounts& counts, int64_t label,
             Warnings* warnings = nullptr);  // 2 tp / (2 tp + fp + fn)
double jaccard_of(const ClassCounts& counts, int64_t label,
                  Warnings* warnings = nullptr);  // tp / (tp + fp + fn)
double specificity_of(const ClassCounts& counts, int64_t label,
                      Warnings* warnings = nullptr);  // tn / (tn + fp)

}  // namespace hebb::metrics
