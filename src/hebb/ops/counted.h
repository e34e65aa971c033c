// Operators whose output size depends on values. On meta, and so in a trace, they are an Error.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor nonzero(const Tensor& input);  // [...] -> i64 [count, dimensions], row-major order
// The elements where mask (bool) holds, in row-major order; both broadcast.
Tensor masked_select(const Tensor& input, const Tensor& mask);

struct Unique {
  Tensor values;   // in order; every NaN counts as different and comes last
  Tensor inverse;  // i64, of the input's shape: the index of each element in values
  Tensor counts;   // i64: how often each value occurs
};
Unique unique(const Tensor& input);
// The distinct slices along a dimension, in lexicographic order. inverse and counts have one
// dimension.
Unique unique(const Tensor& input, int64_t dim);
// Of equal neighbours one, in the order in which they are; with a dim, of slices along it.
Unique unique_consecutive(const Tensor& input, std::optional<int64_t> dim = {});

struct UniqueAttrs {
  bool sorted = true;  // the answer is always sorted
  bool return_inverse = false, return_counts = false;
  std::optional<int64_t> dim;  // of the slices along it; none: of all elements
  HEBB_FIELDS(sorted, return_inverse, return_counts, dim)
};
struct UniqueConsecutiveAttrs {
  bool return_inverse = false, return_counts = false;
  std::optional<int64_t> dim;
  HEBB_FIELDS(return_inverse, return_counts, dim)
};

}  // namespace hebb
