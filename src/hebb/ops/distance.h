// Distances and angles between vectors, and vectors of length one.
#pragma once

#include <string>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// The p-norm of the difference of every row of x1 [..., P, M] and every row of x2 [..., R, M] ->
// [..., P, R]. compute_mode "use_mm_for_euclid_dist" goes by a matrix product for p = 2: quicker,
// but digits are lost where rows are close. The other modes compute the differences.
Tensor cdist(const Tensor& x1, const Tensor& x2, double p = 2,
             const std::string& compute_mode = "use_mm_for_euclid_dist_if_necessary");
// The p-norm of x1 - x2 + eps over the last dimension.
Tensor pairwise_distance(const Tensor& x1, const Tensor& x2, double p = 2, double eps = 1e-6,
                         bool keepdim = false);
// The cosine of the angle between vectors along dim; lengths count as eps at least.
Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, int64_t dim = 1, double eps = 1e-8);
// input / max(its p-norm along dim, eps).
Tensor normalize(const Tensor& input, double p = 2, int64_t dim = 1, double eps = 1e-12);

// The p-norm of input - other, which broadcast: one number.
Tensor dist(const Tensor& input, const Tensor& other, double p = 2);
// The p-norm distances of each two different rows of input [N, M], in the order (0, 1), (0, 2),
// ...: [N (N - 1) / 2].
Tensor pdist(const Tensor& input, double p = 2);

struct DistanceAttrs {
  double p = 2;
  HEBB_FIELDS(p)
};
struct CdistAttrs {
  double p = 2;
  std::string compute_mode = "use_mm_for_euclid_dist_if_necessary";
  HEBB_FIELDS(p, compute_mode)
};
struct PairwiseDistanceAttrs {
  double p = 2, eps = 1e-6;
  bool keepdim = false;
  HEBB_FIELDS(p, eps, keepdim)
};
struct CosineSimilarityAttrs {
  int64_t dim = 1;
  double eps = 1e-8;
  HEBB_FIELDS(dim, eps)
};
struct NormalizeAttrs {
  double p = 2;
  int64_t dim = 1;
  double eps = 1e-12;
  HEBB_FIELDS(p, dim, eps)
};

}  // namespace hebb
