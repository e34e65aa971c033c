// What the entries of normalisation and their kernels share.
#pragma once

#include "hebb/base/fields.h"
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

}  // namespace hebb
