// A fully connected layer. y = x Wᵀ + b.   x [..., in] -> y [..., out]
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

struct LinearOptions {
  Size in, out;
  bool bias = true;
  HEBB_FIELDS(in, out, bias)
  static constexpr Note notes[] = {
      {.field = "in", .key = "in_features", .inferred = true, .at_least = 1},
      {.field = "out",
       .key = "out_features",
       .aliases = {"features"},
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "features that come out"},
      {.field = "bias", .what = "whether a bias is added"}};
};

struct Linear : Module {
  Param weight;               // [out, in]
  std::optional<Param> bias;  // [out]
  explicit Linear(LinearOptions options);
  Linear(Size in, Size out, bool bias = true) : Linear(LinearOptions{in, out, bias}) {}
  Tensor forward(const Tensor& x) const { return forward(x, weight); }
  Tensor forward(const Tensor& x, const Tensor& other_weight) const;  // in the weight's place
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)
};

}  // namespace hebb::nn
