// Attributes of the optimisers' operators. Learning rate and step are operands, so that a schedule
// never changes the operator.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct SgdAttrs {
  double momentum = 0, dampening = 0, weight_decay = 0;
  bool nesterov = false, maximize = false;
  HEBB_FIELDS(momentum, dampening, weight_decay, nesterov, maximize)
};

struct AdamAttrs {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0;
  // AdamW: the weights decay by themselves; else the decay is part of the gradient.
  bool decoupled = false;
  bool amsgrad = false;
  bool maximize = false;
  bool bias_correction = true;  // false: the plain form, theta -= lr m / (sqrt(v) + eps)
  HEBB_FIELDS(beta1, beta2, eps, weight_decay, decoupled, amsgrad, maximize, bias_correction)
};

struct RmspropAttrs {
  double alpha = 0.99, eps = 1e-8, weight_decay = 0, momentum = 0;
  bool centered = false;  // divides by the standard deviation: subtracts the mean gradient first
  bool maximize = false;
  HEBB_FIELDS(alpha, eps, weight_decay, momentum, centered, maximize)
};

struct NadamAttrs {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0;
  double momentum_decay = 4e-3;
  // The weights decay by themselves; else the decay is part of the gradient.
  bool decoupled = false;
  bool maximize = false;
  HEBB_FIELDS(beta1, beta2, eps, weight_decay, momentum_decay, decoupled, maximize)
};

struct GradNormAttrs {
  double norm_type = 2;  // infinity: the largest absolute value
  HEBB_FIELDS(norm_type)
};

struct ClipByNormAttrs {
  double max_norm = 1;
  HEBB_FIELDS(max_norm)
};

namespace kernel {
inline constexpr KernelId sgd{"sgd"};
inline constexpr KernelId adam{"adam"};
inline constexpr KernelId rmsprop{"rmsprop"};
inline constexpr KernelId nadam{"nadam"};
inline constexpr KernelId grad_norm{"grad_norm"};
inline constexpr KernelId clip_by_norm{"clip_by_norm"};
}  // namespace kernel

}  // namespace hebb
