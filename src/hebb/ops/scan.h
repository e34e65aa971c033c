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
