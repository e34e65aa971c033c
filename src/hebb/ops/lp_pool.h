// Power means of windows, and normalisation by neighbouring channels.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct LpPoolOptions {
  double norm_type = 2;
  Dims kernel_size = {};   // one value for all spatial dimensions, or one for each
  Dims stride = {};        // empty: kernel_size
  bool ceil_mode = false;  // also windows that reach beyond the end
  HEBB_FIELDS(norm_type, kernel_size, stride, ceil_mode)
};
struct LocalResponseNormAttrs {
  int64_t size = 5;
  double alpha = 1e-4, beta = 0.75, k = 1;
  HEBB_FIELDS(size, alpha, beta, k)
};

// (sum of x^p over each window)^(1/p), for p = norm_type, of [N, C, spatial...] or one sample.
// Source: torch.nn.functional.lp_pool2d.
Tensor lp_pool1d(const Tensor& input, const LpPoolOptions& options);
Tensor lp_pool2d(const Tensor& input, const LpPoolOptions& options);
Tensor lp_pool3d(const Tensor& input, const LpPoolOptions& options);

// x / (k + alpha mean(x²))^beta, with the mean over `size` neighbouring channels of [N, C, ...],
// where missing ones count as 0. Source: Krizhevsky et al. 2012.
Tensor local_response_norm(const Tensor& input, const LocalResponseNormAttrs& options);

}  // namespace hebb
