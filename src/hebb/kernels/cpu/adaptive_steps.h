// What the kernels of adaptive steps share: their numbers, computed once a step in f64, and what
// makes a kernel of an inner loop.
#pragma once

#include "hebb/kernels/adaptive_steps.h"
#include "hebb/kernels/cpu/optimizer.h"

namespace hebb::cpu {

struct AdagradNumbers {
  double lr, eps, weight_decay;  // lr: as it has decayed by now
  bool maximize;
};
struct AdadeltaNumbers {
  double lr, rho, eps, weight_decay;
  bool maximize;
};
struct AdamaxNumbers {
  double beta1, beta2, eps, weight_decay;
  double step_size;  // lr / (1 - beta1^step)
  bool maximize;
};
struct RadamNumbers {
  double beta1, beta2, eps, weight_decay, shrink;
  double step_size;
  bool adaptive;  // else the variance is not known well enough to divide by its root
  bool maximize;
};
struct LionNumbers {
  double lr, weight_decay;        // weight_decay: of the weights themselves
  double for_sign, for_momentum;  // how much of the momentum stays in each
  bool blend, maximize;
};
struct RpropNumbers {
  double lr, eta_minus, eta_plus, smallest, largest;
  bool first, maximize;
};
struct AsgdNumbers {
  double eta, shrink, weight_decay;
  double mu;  // share of the newest weights in their average
  bool maximize;
};

// A kernel with this loop for f32 and plain ones for the rest.
PreparedKernel step_kernel(const Signature& signature, StepPiece<AdagradNumbers> f32);
PreparedKernel step_kernel(const Signature& signature, StepPiece<AdadeltaNumbers> f32);
PreparedKernel step_kernel(const Signature& signature, StepPiece<AdamaxNumbers> f32);
PreparedKernel step_kernel(const Signature& signature, StepPiece<RadamNumbers> f32);
PreparedKernel step_kernel(const Signature& signature, StepPiece<LionNumbers> f32);
PreparedKernel step_kernel(const Signature& signature, StepPiece<RpropNumbers> f32);
PreparedKernel step_kernel(const Signature& signature, StepPiece<AsgdNumbers> f32);

}  // namespace hebb::cpu
