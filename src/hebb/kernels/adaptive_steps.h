// Attributes of the steps of optimisers that give every weight a rate of its own. Learning rate and
// step are operands, as in optimizer.h.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct AdagradAttrs {
  double lr_decay = 0, weight_decay = 0, eps = 1e-10;
  bool maximize = false;
  HEBB_FIELDS(lr_decay, weight_decay, eps, maximize)
};

struct AdadeltaAttrs {
  double rho = 0.9, eps = 1e-6, weight_decay = 0;
  bool maximize = false;
  HEBB_FIELDS(rho, eps, weight_decay, maximize)
};

struct AdamaxAttrs {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0;
  bool maximize = false;
  HEBB_FIELDS(beta1, beta2, eps, weight_decay, maximize)
};

struct RadamAttrs {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0;
  // The weights decay by themselves; else the decay is part of the gradient.
  bool decoupled = false;
  bool maximize = false;
  HEBB_FIELDS(beta1, beta2, eps, weight_decay, decoupled, maximize)
};

struct LionAttrs {
  double beta1 = 0.9, beta2 = 0.99, weight_decay = 0;
  // false: the plain form that some textbooks print, whose momentum uses beta1 alone.
  bool blend = true;
  bool maximize = false;
  HEBB_FIELDS(beta1, beta2, weight_decay, blend, maximize)
};

struct RpropAttrs {
  double eta_minus = 0.5, eta_plus = 1.2;
  double smallest = 1e-6, largest = 50;  // of an element's step
  bool maximize = false;
  HEBB_FIELDS(eta_minus, eta_plus, smallest, largest, maximize)
};

struct AsgdAttrs {
  double lambd = 1e-4, alpha = 0.75, t0 = 1e6, weight_decay = 0;
  bool maximize = false;
  HEBB_FIELDS(lambd, alpha, t0, weight_decay, maximize)
};

namespace kernel {
inline constexpr KernelId adagrad{"adagrad"};
inline constexpr KernelId adadelta{"adadelta"};
inline constexpr KernelId adamax{"adamax"};
inline constexpr KernelId radam{"radam"};
inline constexpr KernelId lion{"lion"};
inline constexpr KernelId rprop{"rprop"};
inline constexpr KernelId asgd{"asgd"};
}  // namespace kernel

}  // namespace hebb
