// Reductions over one, several or all dimensions.
#pragma once

#include "hebb/kernels/reduce.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// No dim: all; integers and bool give i64.
Tensor sum(const Tensor& input, const DimOrDims& dim = {}, bool keepdim = false);
// Floating or complex; of nothing: NaN.
Tensor mean(const Tensor& input, const DimOrDims& dim = {}, bool keepdim = false);

}  // namespace hebb
