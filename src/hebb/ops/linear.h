// The affine map of a fully connected layer.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

// input weightᵀ + bias. input [..., in], weight [out, in], bias [out] or undefined -> [..., out].
// With a vector as weight [in], and bias [] or undefined -> [...].
Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias = {});

}  // namespace hebb
