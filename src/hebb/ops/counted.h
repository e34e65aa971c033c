// Operators whose output size depends on values. On meta, and so in a trace, they are an Error.
#pragma once

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

struct UniqueAttrs {
  bool sorted = true;  // the answer is always sorted
  bool return_inverse = false, return_counts = false;
  HEBB_FIELDS(sorted, return_inverse, return_counts)
};

}  // namespace hebb
