// Clusterings: against the classes that are known (purity, mutual information, Rand index), and by
// themselves (silhouette and its relatives). Names and conventions are scikit-learn's.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// How often each class lies in each cluster: all that the measures against classes need. Labels are
// any whole numbers. Whole counts, so batches add up exactly; memory is that of the pairs that
// occur.
class Contingency {
 public:
  void add(std::span<const int64_t> y_true,
           std::span<const int64_t> y_pred);  // Error: sizes differ
  void merge(const Contingency& other);
  int64_t samples() const { return samples_; }

  // Without samples: NaN, with a warning, for purity; 1 for the others, as scikit-learn has it.
  double purity(Warnings* warnings = nullptr) const;  // share of samples in their cluster's class
  double mutual_info() const;                         // in nats
  double normalized_mutual_info() const;              // by the mean of the two entropies
  double homogeneity() const;                         // 1: every cluster holds one class
  double completeness() const;                        // 1: every class lies in one cluster
  double v_measure() const;                           // their harmonic mean
  double rand_index() const;                          // share of pairs that both agree on
  double adjusted_rand_index() const;  // the same beyond chance. Hubert and Arabie 1985
  double fowlkes_mallows() const;

 private:
  struct Pairs {
    double same, only_pred, only_true, neither;  // pairs of samples that are together in both, ...
  };
  Pairs pairs() const;
  std::pair<double, double> entropies() const;  // of classes and of clusters, in nats

  std::map<std::pair<int64_t, int64_t>, int64_t> cells_;
  std::map<int64_t, int64_t> classes_, clusters_;
  int64_t samples_ = 0;
};

// points: [samples, features]; distances are Euclidean. NaN, with a warning, unless there are at
// least two clusters and fewer than samples.
// Mean of (b - a) / max(a, b): a is the mean distance to the own cluster, b to the nearest other
// one. Memory: of the clusters; time: of all pairs. Rousseeuw 1987.
double silhouette_score(std::span<const double> points, std::span<const int64_t> labels,
                        Warnings* warnings = nullptr);
// Mean likeness of each cluster to the one most like it; 0 is best. Davies and Bouldin 1979.
double davies_bouldin_score(std::span<const double> points, std::span<const int64_t> labels,
                            Warnings* warnings = nullptr);
// Spread between clusters over spread within; larger is better. Calinski and Harabasz 1974.
double calinski_harabasz_score(std::span<const double> points, std::span<const int64_t> labels,
                               Warnings* warnings = nullptr);

}  // namespace hebb::metrics
