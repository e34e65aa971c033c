// Measures of parts of the samples beside each other, such as groups of people: whether a model is
// as good for all of them. The differences are those of fairness: of the share that is named
// positive (demographic parity), of recall (equal opportunity), of recall and false positives
// (equalised odds). Sources: Hardt, Price and Srebro 2016; Barocas, Hardt and Narayanan 2023.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "hebb/metrics/measure.h"

namespace hebb::metrics {

struct Population {
  std::string name;
  Measured measured;
};

struct Gap {
  std::string measure;
  double difference = 0;        // between the highest and the lowest
  std::string lowest, highest;  // whose they are
};
// Of each measure that at least two populations have; a value that is undefined takes no part.
std::vector<Gap> gaps(std::span<const Population> populations);

// The share of samples that are named positive. Of two classes, as measure_binary has them. NaN
// without samples or a confusion matrix.
double selection_rate(const Measured& binary, int64_t positive = 1);

}  // namespace hebb::metrics
