// Reductions over one, several or all dimensions.
#pragma once

#include "hebb/kernels/reduce.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor sum(const Tensor& input, const Dims& dim = {},
           bool keepdim = false);  // no dim: all; integers and bool give i64
Tensor mean(const Tensor& input, const Dims& dim = {},
            bool keepdim = false);  // floating or complex; of nothing: NaN

}  // namespace hebb
