// What runs along one dimension: extremes, products and sums of exponentials so far, differences
// of neighbours, and areas below them.
#pragma once

#include <optional>
#include <utility>

#include "hebb/kernels/gather.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Each gives values, indices (i64): of equal elements the last. NaN stays once it was met.
std::pair<Tensor, Tensor> cummax(const Tensor& input, int64_t dim);
std::pair<Tensor, Tensor> cummin(const Tensor& input, int64_t dim);
Tensor cumprod(const Tensor& input, int64_t dim);       // integers and bool give i64
Tensor logcumsumexp(const Tensor& input, int64_t dim);  // without overflow

// Each element less the one before it, n times. prepend and append are joined on first; of bools,
// whether neighbours differ.
Tensor diff(const Tensor& input, int64_t n = 1, int64_t dim = -1, const Tensor& prepend = {},
            const Tensor& append = {});
// The area below y, by the rule of trapezoids. x: the places of its values, of y's shape or of one
// dimension; left out: dx apart.
Tensor trapezoid(const Tensor& y, const Tensor& x = {}, double dx = 1, int64_t dim = -1);
// The areas up to each value but the first.
Tensor cumulative_trapezoid(const Tensor& y, const Tensor& x = {}, double dx = 1, int64_t dim = -1);

// The slopes along each of dim (none: of all), from the values on both sides; at the ends from
// those on one, of which edge_order (1 or 2) says how many. spacing: the distance of values, one
// for all or one for each dim.
std::vector<Tensor> gradient(const Tensor& input, const std::vector<double>& spacing = {1},
                             const Dims& dim = {}, int64_t edge_order = 1);
// The powers 0 to N - 1 of each element of x [..., n] -> [..., n, N]; N: n unless given.
Tensor linalg_vander(const Tensor& x, std::optional<int64_t> N = {});
// The same of a vector, with the powers falling unless increasing.
Tensor vander(const Tensor& x, std::optional<int64_t> N = {}, bool increasing = false);

struct GradientAttrs {
  std::vector<double> spacing = {1};
  Dims dim;
  int64_t edge_order = 1;
  HEBB_FIELDS(spacing, dim, edge_order)
};
struct LinalgVanderAttrs {
  std::optional<int64_t> N;
  HEBB_FIELDS(N)
};
struct VanderAttrs {
  std::optional<int64_t> N;
  bool increasing = false;
  HEBB_FIELDS(N, increasing)
};
struct DiffAttrs {
  int64_t n = 1, dim = -1;
  HEBB_FIELDS(n, dim)
};
struct TrapezoidAttrs {
  double dx = 1;
  int64_t dim = -1;
  HEBB_FIELDS(dx, dim)
};

}  // namespace hebb
