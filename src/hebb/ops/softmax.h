// Softmax and its logarithm.
#pragma once

#include <optional>

#include "hebb/kernels/softmax.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// exp(x) / sum of exp(x) along dim; floating. dtype: the input is cast to it first.
Tensor softmax(const Tensor& input, int64_t dim, std::optional<DType> dtype = {});
Tensor log_softmax(const Tensor& input, int64_t dim,
                   std::optional<DType> dtype = {});  // its logarithm, without ever overflowing

}  // namespace hebb
