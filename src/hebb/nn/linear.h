// A fully connected layer. y = x Wᵀ + b.   x [..., in] -> y [..., out]
#pragma once

#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

struct LinearOptions {
  Size in, out;
  bool bias = true;
};

struct Linear : Module {
  Param weight;               // [out, in]
  std::optional<Param> bias;  // [out]
  explicit Linear(LinearOptions options);
  Linear(Size in, Size out) : Linear(LinearOptions{in, out}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)
};

}  // namespace hebb::nn
