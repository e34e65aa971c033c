// Normalisation within a sample: over its last dimensions, over groups of channels, over a channel,
// or by the root mean square alone.
#pragma once

#include <cstdint>
#include <optional>

#include "hebb/base/fields.h"
#include "hebb/kernels/norm.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// (x - mean) / sqrt(var + eps) * weight + bias over the last dimensions. normalized_shape is their
// shape, and that of weight and bias. Source: Ba, Kiros and Hinton 2016.
Tensor layer_norm(const Tensor& input, const Dims& normalized_shape, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);

// input [N, C, spatial...]; normalises over all positions of C / num_groups channels. weight and
// bias [C]. Source: Wu and He 2018.
Tensor group_norm(const Tensor& input, int64_t num_groups, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);

// x / sqrt(mean(x²) + eps) * weight over the last dimensions; eps: by default the epsilon of the
// dtype, of f32 for halves, which are computed in it. Source: Zhang and Sennrich 2019.
Tensor rms_norm(const Tensor& input, const Dims& normalized_shape, const Tensor& weight = {},
                std::optional<double> eps = {});

// input [N, C, spatial...]; normalises over the positions of each channel of each sample. With
// running statistics [C] and use_input_stats = false: as batch_norm in evaluation. Does not write
// the running statistics.
struct InstanceNormAttrs {
  bool use_input_stats = true;
  double momentum = 0.1, eps = 1e-5;
  HEBB_FIELDS(use_input_stats, momentum, eps)
};
Tensor instance_norm(const Tensor& input, const Tensor& running_mean = {},
                     const Tensor& running_var = {}, const Tensor& weight = {},
                     const Tensor& bias = {}, const InstanceNormAttrs& attrs = {});

struct GroupNormAttrs {
  int64_t num_groups = 1;
  double eps = 1e-5;
  HEBB_FIELDS(num_groups, eps)
};
struct RmsNormAttrs {
  Dims normalized_shape;
  std::optional<double> eps = {};
  HEBB_FIELDS(normalized_shape, eps)
};

}  // namespace hebb
