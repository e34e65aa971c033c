// Dropout: while training, each value is zeroed with probability p and the others are divided by 1
// - p, so the expectation stays; in evaluation the input passes through. Source: Srivastava et al.
// 2014 (inverted form).
#pragma once

#include "hebb/nn/module.h"

namespace hebb::nn {

struct Dropout : Module {
  double p;
  explicit Dropout(double p = 0.5);  // Error: outside [0, 1]
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

}  // namespace hebb::nn
