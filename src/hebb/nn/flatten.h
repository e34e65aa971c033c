// Dimensions merged into one: a batch of pictures becomes a batch of rows. x [N, C, H, W] -> [N, C
// H W]
#pragma once

#include "hebb/nn/module.h"
#include "hebb/ops/views.h"

namespace hebb::nn {

struct Flatten : Module {
  int64_t start_dim, end_dim;
  explicit Flatten(int64_t start_dim = 1, int64_t end_dim = -1)
      : start_dim(start_dim), end_dim(end_dim) {}
  Tensor forward(const Tensor& x) const { return flatten(x, start_dim, end_dim); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

}  // namespace hebb::nn
