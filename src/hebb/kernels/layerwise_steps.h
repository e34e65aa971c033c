// Attributes of the steps of optimisers that look at a parameter as a whole: at its norm, or at its
// rows and columns. Learning rate and step are operands, as in optimizer.h.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct LambAttrs {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-6, weight_decay = 0;
  bool bias_correction = true;
  bool maximize = false;
  HEBB_FIELDS(beta1, beta2, eps, weight_decay, bias_correction, maximize)
};

struct LarsAttrs {
  double momentum = 0.9, dampening = 0, weight_decay = 0;
  double trust_coefficient = 1e-3, eps = 1e-8;
  bool nesterov = false, maximize = false;
  HEBB_FIELDS(momentum, dampening, weight_decay, trust_coefficient, eps, nesterov, maximize)
};

struct AdafactorAttrs {
  double beta2_decay = -0.8;
  std::optional<double> eps1;  // empty: the step of the parameter's dtype
  double eps2 = 1e-3, d = 1, weight_decay = 0;
  bool maximize = false;
  HEBB_FIELDS(beta2_decay, eps1, eps2, d, weight_decay, maximize)
};

namespace kernel {
inline constexpr KernelId lamb{"lamb"};
inline constexpr KernelId lars{"lars"};
inline constexpr KernelId adafactor{"adafactor"};
}  // namespace kernel

}  // namespace hebb
