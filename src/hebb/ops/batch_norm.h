// Batch normalisation: (x - mean) / sqrt(var + eps) * weight + bias, per channel. input [N, C] or
// [N, C, spatial...]; the rest [C]. Source: Ioffe and Szegedy 2015.
#pragma once

#include "hebb/kernels/norm.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// training: uses the batch's mean and (biased) variance. Otherwise uses the running ones, which are
// required then.
Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight = {}, const Tensor& bias = {},
                  const BatchNormAttrs& attrs = {});

struct BatchNormResult {
  // The new running statistics: (1 - momentum) old + momentum batch, with the unbiased variance.
  Tensor out, running_mean, running_var;
};
BatchNormResult batch_norm_training(const Tensor& input, const Tensor& running_mean,
                                    const Tensor& running_var, const Tensor& weight = {},
                                    const Tensor& bias = {},
                                    const BatchNormAttrs& attrs = {.training = true});

}  // namespace hebb
