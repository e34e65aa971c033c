// Layer normalisation over the last dimensions of each sample: the same in training and evaluation,
// and independent of the other samples. Source: Ba, Kiros and Hinton 2016. x [..., shape] -> y
// [..., shape]
#pragma once

#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

struct LayerNormOptions {
  Dims shape;
  double eps = 1e-5;
  bool affine = true;
};

struct LayerNorm : Module {
  std::optional<Param> weight, bias;  // [shape]; ones and zeros
  explicit LayerNorm(LayerNormOptions options);
  explicit LayerNorm(Size features) : LayerNorm(LayerNormOptions{{features}}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)

 private:
  LayerNormOptions options_;
};

}  // namespace hebb::nn
