// Softmax and its logarithm.
#pragma once

#include "hebb/kernels/softmax.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor softmax(const Tensor& input, int64_t dim);      // exp(x) / sum of exp(x) along dim; floating
Tensor log_softmax(const Tensor& input, int64_t dim);  // its logarithm, without ever overflowing

}  // namespace hebb
