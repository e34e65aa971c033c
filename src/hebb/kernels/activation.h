// Attributes that the kernels of activations read.
#pragma once

#include <string>

#include "hebb/base/fields.h"

namespace hebb {

struct LeakyReluAttrs {
  double negative_slope = 0.01;
  HEBB_FIELDS(negative_slope)
};
struct EluAttrs {  // elu, celu
  double alpha = 1;
  HEBB_FIELDS(alpha)
};
struct EluBackwardAttrs {  // of scale * alpha * expm1(input_scale * x) below zero, scale * x above
  double alpha = 1, scale = 1, input_scale = 1;
  HEBB_FIELDS(alpha, scale, input_scale)
};
struct GeluAttrs {
  std::string approximate = "none";  // or "tanh"
  HEBB_FIELDS(approximate)
};
struct SoftplusAttrs {
  double beta = 1, threshold = 20;  // above threshold, beta * x is taken for linear
  HEBB_FIELDS(beta, threshold)
};
struct HardtanhAttrs {
  double min_val = -1, max_val = 1;
  HEBB_FIELDS(min_val, max_val)
};
struct ThresholdAttrs {
  double threshold = 0, value = 0;
  HEBB_FIELDS(threshold, value)
};
struct ShrinkAttrs {
  double lambd = 0.5;
  HEBB_FIELDS(lambd)
};

// selu's constants. Klambauer et al., "Self-Normalizing Neural Networks", NIPS 2017.
inline constexpr EluBackwardAttrs selu_form() {
  return {1.6732632423543772848170429916717, 1.0507009873554804934193349852946, 1};
}

// gelu's constants: x Φ(x) with Φ the cumulative normal distribution, or 0.5 x (1 + tanh(slope (x +
// cubic x³))). Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016.
struct GeluForm {
  static constexpr double slope = 0.79788456080286535588, cubic = 0.044715;  // slope: √(2/π)
  // Of the normal distribution: 1/√(2π).
  static constexpr double density_at_0 = 0.39894228040143267794;
};

}  // namespace hebb
