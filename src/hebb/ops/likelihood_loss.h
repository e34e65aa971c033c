// Negative log-likelihoods of numbers. reduction: "mean", "sum" or "none". Source:
// torch.nn.functional. Those of classes are in ops/cross_entropy.h, that of sequences in
// ops/ctc_loss.h.
#pragma once

#include <string>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct PoissonNllAttrs {
  bool log_input = true;  // input is the logarithm of the expected count
  bool full = false;      // whether Stirling's formula of log(target!) is added, where target > 1
  double eps = 1e-8;      // added to the input before its logarithm, without log_input
  std::string reduction = "mean";
  HEBB_FIELDS(log_input, full, eps, reduction)
};
struct GaussianNllAttrs {
  bool full = false;  // whether the constant log(2 π) / 2 is added
  double eps = 1e-6;  // the least variance
  std::string reduction = "mean";
  HEBB_FIELDS(full, eps, reduction)
};

// exp(input) - target input, or input - target log(input + eps): of counts.
Tensor poisson_nll_loss(const Tensor& input, const Tensor& target,
                        const PoissonNllAttrs& options = {});
// (log(var) + (input - target)² / var) / 2. var: of input's shape, or one for its last dimension
// (left out or 1). A variance below eps counts as eps; its gradient is that of eps. Error: a
// negative one.
Tensor gaussian_nll_loss(const Tensor& input, const Tensor& target, const Tensor& var,
                         const GaussianNllAttrs& options = {});

}  // namespace hebb
