// What the optimisers' kernels share: one fused pass over every parameter, cut into chunks that run
// in parallel.
#pragma once

#include <span>

#include "hebb/kernels/kernel.h"
#include "hebb/kernels/optimizer.h"

namespace hebb::cpu {

// A step's numbers, computed once in f64.
struct SgdNumbers {
  double lr, momentum, keep, weight_decay;  // keep: 1 - dampening, and 1 in the first step
  bool first, nesterov, maximize;
};
struct AdamNumbers {
  // weight_decay joins the gradient, shrink multiplies the weights.
  double beta1, beta2, eps, weight_decay, shrink;
  double step_size;  // lr / (1 - beta1^step)
  double scale;      // 1 / sqrt(1 - beta2^step)
  bool maximize;
};

struct RmspropNumbers {
  double lr, alpha, eps, weight_decay, momentum;
  bool centered, maximize;
};
struct NadamNumbers {
  double beta1, beta2, eps, weight_decay, shrink;
  double of_gradient, of_moment;  // what each is multiplied by
  double scale;                   // 1 / sqrt(1 - beta2^step)
  bool maximize;
};

// n elements of one parameter. in: param, grad, states...; out: param, states... (the same memory
// or other)
template <class Numbers>
using StepPiece = void (*)(const Numbers& numbers, int64_t n, const void* const* in,
                           void* const* out, int states);

// One row per dtype; a fast row comes before the plain ones.
template <class Numbers>
struct StepRow {
  DType dtype;
  StepPiece<Numbers> piece;
};

PreparedKernel sgd_kernel(const Signature& signature, std::span<const StepRow<SgdNumbers>> rows,
                          std::string_view name);
PreparedKernel adam_kernel(const Signature& signature, std::span<const StepRow<AdamNumbers>> rows,
                           std::string_view name);
PreparedKernel rmsprop_kernel(const Signature& signature,
                              std::span<const StepRow<RmspropNumbers>> rows, std::string_view name);
PreparedKernel nadam_kernel(const Signature& signature, std::span<const StepRow<NadamNumbers>> rows,
                            std::string_view name);
std::span<const StepRow<SgdNumbers>> plain_sgd_rows();
std::span<const StepRow<AdamNumbers>> plain_adam_rows();
std::span<const StepRow<RmspropNumbers>> plain_rmsprop_rows();
std::span<const StepRow<NadamNumbers>> plain_nadam_rows();

}  // namespace hebb::cpu
