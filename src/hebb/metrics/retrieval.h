// Rankings of what a query asks for: documents, products, answers. Sums over queries, so batches
// add up, and any number of queries takes the same memory.
#pragma once

#include <cstdint>
#include <span>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// k: only the first k count; 0: all.
class RetrievalSums {
 public:
  explicit RetrievalSums(int64_t k = 0);

  // One query. relevance: at least 0; above 0 is relevant. Of equal scores the gains are averaged
  // (NDCG), or the first goes ahead. Error: sizes that differ, a negative relevance, NaN.
  void add(std::span<const double> relevance, std::span<const double> score);
  void merge(const RetrievalSums& other);

  int64_t queries() const { return queries_; }
  // Means over queries; one without anything relevant counts as 0, with a warning. NaN, with a
  // warning, without queries.
  // Gain discounted by the rank, over the best one there is. Järvelin and Kekäläinen 2002; as
  // scikit-learn's ndcg_score, dcg_score.
  double ndcg(Warnings* warnings = nullptr) const { return mean(ndcg_, "ndcg", warnings); }
  double dcg(Warnings* warnings = nullptr) const { return mean(dcg_, "dcg", warnings); }
  // 1 over the rank of the first relevant one.
  double mean_reciprocal_rank(Warnings* warnings = nullptr) const {
    return mean(reciprocal_, "mean_reciprocal_rank", warnings);
  }
  // Mean over the relevant ones among the first k of the precision at their ranks; divided by how
  // many could be there.
  double mean_average_precision(Warnings* warnings = nullptr) const {
    return mean(average_precision_, "mean_average_precision", warnings);
  }
  double precision(Warnings* warnings = nullptr) const {
    return mean(precision_, "precision", warnings);
  }
  double recall(Warnings* warnings = nullptr) const { return mean(recall_, "recall", warnings); }
  double hit_rate(Warnings* warnings = nullptr) const { return mean(hits_, "hit_rate", warnings); }

 private:
  double mean(double sum, const char* name, Warnings* warnings) const;
  int64_t k_, queries_ = 0, without_relevant_ = 0;
  double ndcg_ = 0, dcg_ = 0, reciprocal_ = 0, average_precision_ = 0, precision_ = 0, recall_ = 0,
         hits_ = 0;
};

}  // namespace hebb::metrics
