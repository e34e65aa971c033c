// Reductions that leave NaN out, and those of which two are wanted at once. No dim: all dimensions.
#pragma once

#include <optional>
#include <utility>

#include "hebb/ops/statistics.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor nansum(const Tensor& input, const DimOrDims& dim = {}, bool keepdim = false);
Tensor nanmean(const Tensor& input, const DimOrDims& dim = {}, bool keepdim = false);
// The smallest and the largest element; equals share the gradient.
std::pair<Tensor, Tensor> aminmax(const Tensor& input, std::optional<int64_t> dim = {},
                                  bool keepdim = false);
// var or std, and the mean.
std::pair<Tensor, Tensor> var_mean(const Tensor& input, const DimOrDims& dim = {},
                                   double correction = 1, bool keepdim = false);
std::pair<Tensor, Tensor> std_mean(const Tensor& input, const DimOrDims& dim = {},
                                   double correction = 1, bool keepdim = false);

}  // namespace hebb
