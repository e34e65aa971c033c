// The largest and the smallest element, and where they are. NaN wins. Of equal elements the first
// one counts.
#pragma once

#include <utility>

#include "hebb/kernels/extreme.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor max(const Tensor& input);  // of all elements; equal elements share the gradient
Tensor min(const Tensor& input);
// Gives values, indices (i64).
std::pair<Tensor, Tensor> max(const Tensor& input, int64_t dim, bool keepdim = false);
std::pair<Tensor, Tensor> min(const Tensor& input, int64_t dim, bool keepdim = false);
// No dim: all; equals share the gradient.
Tensor amax(const Tensor& input, const DimOrDims& dim = {}, bool keepdim = false);
Tensor amin(const Tensor& input, const DimOrDims& dim = {}, bool keepdim = false);
Tensor argmax(const Tensor& input);  // position among all elements, row-major
Tensor argmin(const Tensor& input);
Tensor argmax(const Tensor& input, int64_t dim, bool keepdim = false);
Tensor argmin(const Tensor& input, int64_t dim, bool keepdim = false);

}  // namespace hebb
