#include "hebb/metrics/retrieval.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"

namespace hebb::metrics {
namespace {

double discount(size_t place) {  // from 0
  return 1 / std::log2(double(place) + 2);
}

}  // namespace

RetrievalSums::RetrievalSums(int64_t k) : k_(k) {
  check(k >= 0, "k is {}, should be at least 1, or 0 for all", k);
}

void RetrievalSums::add(std::span<const double> relevance, std::span<const double> score) {
  check(relevance.size() == score.size(), "a query has {} relevances but {} scores",
        relevance.size(), score.size());
  for (size_t i = 0; i < score.size(); ++i)
    check(relevance[i] >= 0 && !std::isnan(score[i]),
          "of a query, relevance {} is {} and its score {}; they should be at least 0 and a number",
          i, relevance[i], score[i]);
  const size_t n = score.size(), most = k_ > 0 ? std::min(n, size_t(k_)) : n;
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return score[a] > score[b]; });
  double gain = 0;
  for (size_t begin = 0, end = 0; begin < most; begin = end) {
    double sum = 0, discounts = 0;
    while (end < n && score[order[end]] == score[order[begin]]) {
      sum += relevance[order[end]];
      if (end < most)
        discounts += discount(end);
      ++end;
    }
    gain += sum / double(end - begin) * discounts;
  }
  std::vector<double> best(relevance.begin(), relevance.end());
  std::sort(best.begin(), best.end(), std::greater<>());
  double ideal = 0, relevant = 0;
  for (size_t i = 0; i < n; ++i) {
    ideal += i < most ? best[i] * discount(i) : 0;
    relevant += best[i] > 0;
  }
  double found = 0, precisions = 0, reciprocal = 0;
  for (size_t i = 0; i < most; ++i) {
    if (relevance[order[i]] <= 0)
      continue;
    ++found;
    precisions += found / double(i + 1);
    if (reciprocal == 0)
      reciprocal = 1 / double(i + 1);
  }
  ++queries_;
  without_relevant_ += relevant == 0;
  dcg_ += gain;
  ndcg_ += ideal > 0 ? gain / ideal : 0;
  reciprocal_ += reciprocal;
  average_precision_ += relevant > 0 ? precisions / std::min(relevant, double(most)) : 0;
  // Where k is more than there is, places that are empty are not relevant.
  precision_ += k_ > 0 ? found / double(k_) : n > 0 ? found / double(n) : 0;
  recall_ += relevant > 0 ? found / relevant : 0;
  hits_ += found > 0;
}

void RetrievalSums::merge(const RetrievalSums& other) {
  check(k_ == other.k_, "sums at {} cannot be added to those at {}", other.k_, k_);
  queries_ += other.queries_;
  without_relevant_ += other.without_relevant_;
  ndcg_ += other.ndcg_;
  dcg_ += other.dcg_;
  reciprocal_ += other.reciprocal_;
  average_precision_ += other.average_precision_;
  precision_ += other.precision_;
  recall_ += other.recall_;
  hits_ += other.hits_;
}

double RetrievalSums::mean(double sum, const char* name, Warnings* warnings) const {
  if (without_relevant_ > 0)
    warn(warnings, fmt::format("nothing is relevant to {} of {} queries; each counts as 0",
                               without_relevant_, queries_));
  if (queries_ > 0)
    return sum / double(queries_);
  warn(warnings, fmt::format("{} is undefined: there are no queries", name));
  return nan;
}

}  // namespace hebb::metrics
