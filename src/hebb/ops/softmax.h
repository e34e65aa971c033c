// Softmax and its logarithm.
#pragma once

#include <optional>

#include "hebb/kernels/softmax.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// exp(x) / sum of exp(x) along dim; floating. dtype: the input is cast to it first.
Tensor softmax(const Tensor& input, int64_t dim, std::optional<DType> dtype = {});
// softmax(-x): the least element gets the most.
Tensor softmin(const Tensor& input, int64_t dim, std::optional<DType> dtype = {});
// The logarithm of softmax, without overflow.
Tensor log_softmax(const Tensor& input, int64_t dim, std::optional<DType> dtype = {});

}  // namespace hebb
