// Attributes that the kernels of random numbers with given parameters read.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct GammaAttrs {
  bool log = false;  // the logarithm, which also stands for numbers that are too small
  HEBB_FIELDS(log)
};
struct MultinomialAttrs {
  int64_t num_samples = 1;
  bool replacement = false;
  HEBB_FIELDS(num_samples, replacement)
};

namespace kernel {
inline constexpr KernelId standard_gamma{"standard_gamma"};
inline constexpr KernelId poisson{"poisson"};
inline constexpr KernelId binomial{"binomial"};
inline constexpr KernelId multinomial{"multinomial"};
}  // namespace kernel

}  // namespace hebb
