// Attributes that the kernels of reductions read.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

struct ReduceAttrs {
  Dims dim;  // empty: all dimensions
  bool keepdim = false;
  std::optional<DType> dtype;
  HEBB_FIELDS(dim, keepdim, dtype)
};

// The variance of groups, or its square root: sum (x - mean)^2 / (count - correction).
struct DeviationAttrs {
  Dims dim;  // empty: all dimensions
  bool keepdim = false;
  double correction = 1;
  bool root = false;
  HEBB_FIELDS(dim, keepdim, correction, root)
};

// (sum |x|^p)^(1/p) of groups, or that of the mean; of p = 2 also sqrt(mean x^2 + eps).
struct PowerNormAttrs {
  double p = 2;  // finite, not 0
  Dims dim;      // empty: all dimensions
  bool keepdim = false;
  bool mean = false;
  double eps = 0;
  HEBB_FIELDS(p, dim, keepdim, mean, eps)
};

namespace kernel {
inline constexpr KernelId sum{"sum"};
inline constexpr KernelId mean{"mean"};
inline constexpr KernelId prod{"prod"};
inline constexpr KernelId deviation{"deviation"};
inline constexpr KernelId power_norm{"power_norm"};
}  // namespace kernel

}  // namespace hebb
