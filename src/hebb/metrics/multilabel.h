// Multi-label classification: every sample has any number of labels. Names, averages and what
// happens at 0/0 are scikit-learn's. Everything is kept as counts and sums, so batches add up.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// Of predictions. Rows of 0 and 1: [samples, labels].
class MultilabelCounts {
 public:
  explicit MultilabelCounts(int64_t labels);
  // Error: sizes that do not fit, a value that is neither 0 nor 1.
  void add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred);
  void merge(const MultilabelCounts& other);  // of as many labels

  int64_t labels() const { return int64_t(actual_.size()); }
  int64_t samples() const { return samples_; }
  // Per label.
  int64_t actual(int64_t label) const { return actual_[size_t(label)]; }
  int64_t predicted(int64_t label) const { return predicted_[size_t(label)]; }
  int64_t correct(int64_t label) const { return correct_[size_t(label)]; }

  enum class Average { macro, micro, weighted, samples };
  // NaN, with a warning, without samples; 0/0 counts as 0, with one.
  double accuracy(Warnings* warnings = nullptr) const;      // share of samples with no mistake
  double hamming_loss(Warnings* warnings = nullptr) const;  // share of labels that are wrong
  double precision(Average average, Warnings* warnings = nullptr) const;
  double recall(Average average, Warnings* warnings = nullptr) const;
  double f1(Average average, Warnings* warnings = nullptr) const;
  double jaccard(Average average, Warnings* warnings = nullptr) const;

 private:
  struct Counts {
    double actual, predicted, correct;
  };
  using Ratio = double (*)(const Counts&);
  double averaged(const char* name, Average average, Ratio ratio, double of_samples,
                  Warnings* warnings) const;

  std::vector<int64_t> actual_, predicted_, correct_;
  int64_t samples_ = 0, exact_ = 0;
  // Sums over samples of each one's own score.
  double precision_ = 0, recall_ = 0, f1_ = 0, jaccard_ = 0;
};

// Of scores: how the labels of one sample are ranked. Source: Tsoumakas, Katakis and Vlahavas 2010.
class LabelRankingSums {
 public:
  // Rows of 0 and 1, and of scores: [samples, labels]. Error: as above, or a score that is NaN.
  void add(std::span<const int64_t> y_true, std::span<const double> y_score, int64_t labels);
  void merge(const LabelRankingSums& other);

  // How far down one has to go to cover all labels of a sample, on average.
  double coverage_error(Warnings* warnings = nullptr) const;
  // Of each label of a sample, the share of labels at or above it that are its labels, too.
  double average_precision(Warnings* warnings = nullptr) const;
  // Share of pairs of a label and a wrong one that are in the wrong order (ties are).
  double ranking_loss(Warnings* warnings = nullptr) const;

 private:
  double mean(double sum, const char* name, Warnings* warnings) const;
  int64_t samples_ = 0;
  double coverage_ = 0, precision_ = 0, loss_ = 0;
};

}  // namespace hebb::metrics
