// Gated linear units: one half of a tensor decides how much of the other comes through.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// a sigmoid(b) for the halves a and b along dim. Error: the size there is odd. Source: Dauphin et
// al. 2017.
Tensor glu(const Tensor& input, int64_t dim = -1);

struct GluAttrs {
  int64_t dim = -1;
  HEBB_FIELDS(dim)
};

}  // namespace hebb
