// ScoreRanks: how scores rank the samples of each class against the rest, fed batch by batch in
// bounded memory. Up to a number of scores all are kept, and areas are exact; beyond it scores are
// counted in 65,536 bins a class, and each area comes with a bound of its error.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/metrics/classification.h"
#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

struct Steps;

enum class ScoreScale : uint8_t { probability, logit };

struct Area {
  double value = 0;
  double bound = 0;  // the exact area is at most so far away; 0: this is the exact one
};

class ScoreRanks {
 public:
  static constexpr int64_t most_exact = int64_t(1) << 24;  // scores: 128 MiB
  static constexpr int64_t bins = 65536;

  // columns: scores of a sample; 1 is belief in class 1 of two. Bins are even in the logit, from
  // -32 to 32, so that probabilities near 0 and near 1 are told apart.
  explicit ScoreRanks(int64_t columns = 1, ScoreScale scale = ScoreScale::probability,
                      int64_t keep = most_exact);

  int64_t columns() const { return columns_; }
  int64_t classes() const { return columns_ == 1 ? 2 : columns_; }
  int64_t samples() const { return samples_; }
  bool weighted() const { return weighted_; }  // some samples had weights
  bool exact() const { return classes_.empty(); }
  bool has_nan() const { return nan_; }

  // y_score: [samples, columns]. Labels are 0 .. classes() - 1. weights: how much each sample
  // counts; empty: 1.
  void add(std::span<const int64_t> y_true, std::span<const double> y_score,
           std::span<const double> weights = {});
  void merge(const ScoreRanks& other);  // of as many columns

  // Those that are kept, while exact().
  std::span<const int64_t> y_true() const { return y_true_; }
  std::span<const double> y_score() const { return y_score_; }

  // Of two classes the average does not matter. NaN, with a warning, when a class has no samples.
  Area roc_auc(Average average = Average::macro, Warnings* warnings = nullptr) const;
  Area average_precision(Average average = Average::macro, Warnings* warnings = nullptr) const;

  // As numbers, for checkpoints.
  std::vector<double> state() const;
  static ScoreRanks from_state(std::span<const double> state, ScoreScale scale, int64_t keep);

 private:
  static constexpr int64_t page_size = 256;
  struct Count {  // whole numbers, or sums of weights
    double positives = 0, negatives = 0;
  };
  using Page = std::array<Count, page_size>;
  // Most bins of most classes stay empty: pages are made when something falls into them.
  struct Bins {
    std::array<std::unique_ptr<Page>, bins / page_size> pages;
    Bins() = default;
    Bins(const Bins& other);
    Bins& operator=(const Bins&) = delete;
    Bins(Bins&&) = default;
    Bins& operator=(Bins&&) = default;
    Count& at(int64_t bin);
    void add(const Bins& other);
  };
  void count(std::span<const int64_t> y_true, std::span<const double> y_score,
             std::span<const double> weights);
  void turn_to_bins();
  int64_t bin_of(double score) const;
  static Steps steps_of(const Bins& bins);
  template <class Of>
  Area averaged(Average average, Of of) const;

  int64_t columns_;
  ScoreScale scale_;
  int64_t keep_;
  bool nan_ = false, weighted_ = false;
  int64_t samples_ = 0;
  std::vector<int64_t> y_true_;
  std::vector<double> y_score_;
  std::vector<double> weights_;  // of the samples that are kept; empty while each counts 1
  std::vector<Bins> classes_;    // by column; empty: exact
  std::vector<double> occur_;    // samples by class, where there are bins
};

}  // namespace hebb::metrics
