// What the entries of normalisation and their kernels share.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct BatchNormAttrs {
  bool training = false;  // normalise with the batch's own statistics
  double momentum = 0.1;  // the weight of the batch in the new running statistics
  double eps = 1e-5;      // added to the variance
  HEBB_FIELDS(training, momentum, eps)
};

struct LayerNormAttrs {
  Dims normalized_shape;  // the last dimensions, which are normalised together
  double eps = 1e-5;
  HEBB_FIELDS(normalized_shape, eps)
};

namespace kernel {
inline constexpr KernelId batch_norm{"batch_norm"};
inline constexpr KernelId batch_norm_backward{"batch_norm_backward"};
inline constexpr KernelId layer_norm{"layer_norm"};
inline constexpr KernelId layer_norm_backward{"layer_norm_backward"};
}  // namespace kernel

}  // namespace hebb
