// Sorts along a dimension. NaN counts as the largest. Equal elements keep their order.
#pragma once

#include <utility>

#include "hebb/kernels/gather.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Gives values, indices (i64).
std::pair<Tensor, Tensor> sort(const Tensor& input, int64_t dim = -1, bool descending = false);
Tensor argsort(const Tensor& input, int64_t dim = -1, bool descending = false);
std::pair<Tensor, Tensor> topk(const Tensor& input, int64_t k, int64_t dim = -1,
                               bool largest = true);  // sorted

}  // namespace hebb
