// The attributes of activations as the numbers that the plain and the fast loops read.
#pragma once

#include "hebb/kernels/activation.h"
#include "hebb/kernels/cpu/elementwise.h"

namespace hebb::cpu {

inline Parameters leaky_relu_parameters(const Signature& s) {
  return {s.attributes<LeakyReluAttrs>().negative_slope};
}

// Below zero p[0] * expm1(p[2] * x), above p[1] * x.
inline Parameters elu_parameters(const Signature& s) {
  return {s.attributes<EluAttrs>().alpha, 1, 1};
}
inline Parameters celu_parameters(const Signature& s) {
  return {s.attributes<EluAttrs>().alpha, 1, 1 / s.attributes<EluAttrs>().alpha};
}
inline Parameters selu_parameters(const Signature&) {
  return {selu_form().alpha * selu_form().scale, selu_form().scale, 1};
}
// The same three numbers for the gradient, with p[0] multiplied by the inner derivative: g * p[0] *
// exp(p[2] * x), or g * p[1].
inline Parameters elu_backward_parameters(const Signature& s) {
  const auto& a = s.attributes<EluBackwardAttrs>();
  return {a.alpha * a.scale * a.input_scale, a.scale, a.input_scale};
}

inline Parameters softplus_parameters(const Signature& s) {
  return {s.attributes<SoftplusAttrs>().beta, s.attributes<SoftplusAttrs>().threshold};
}
inline Parameters hardtanh_parameters(const Signature& s) {
  return {s.attributes<HardtanhAttrs>().min_val, s.attributes<HardtanhAttrs>().max_val};
}
inline Parameters relu6_parameters(const Signature&) {
  return {0, 6};
}
inline Parameters threshold_parameters(const Signature& s) {
  return {s.attributes<ThresholdAttrs>().threshold, s.attributes<ThresholdAttrs>().value};
}
inline Parameters shrink_parameters(const Signature& s) {
  return {s.attributes<ShrinkAttrs>().lambd};
}

inline bool is_tanh_gelu(const Signature& s) {
  return s.attributes<GeluAttrs>().approximate == "tanh";
}

}  // namespace hebb::cpu
