// Activations: elementwise, of floating tensors (relu also of integers). Names and defaults are
// those of torch.nn.functional.
#pragma once

#include <string_view>

#include "hebb/kernels/activation.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor relu(const Tensor& input);   // max(x, 0)
Tensor relu6(const Tensor& input);  // min(max(x, 0), 6)
Tensor leaky_relu(const Tensor& input, double negative_slope = 0.01);
// One slope, or one per channel (dimension 1).
Tensor prelu(const Tensor& input, const Tensor& weight);
Tensor elu(const Tensor& input, double alpha = 1);  // alpha (e^x - 1) below 0
Tensor selu(const Tensor& input);                   // elu, scaled to keep mean 0 and variance 1
// alpha (e^(x/alpha) - 1) below 0. Error: alpha is 0.
Tensor celu(const Tensor& input, double alpha = 1);
// x Φ(x), or with "tanh" its approximation.
Tensor gelu(const Tensor& input, std::string_view approximate = "none");
Tensor silu(const Tensor& input);     // x sigmoid(x), swish
Tensor mish(const Tensor& input);     // x tanh(softplus(x))
Tensor sigmoid(const Tensor& input);  // 1 / (1 + e^-x)
Tensor tanh(const Tensor& input);
// log(1 + e^(beta x)) / beta, x where beta x > threshold.
Tensor softplus(const Tensor& input, double beta = 1, double threshold = 20);
Tensor softsign(const Tensor& input);    // x / (1 + |x|)
Tensor logsigmoid(const Tensor& input);  // log(sigmoid(x))
Tensor hardtanh(const Tensor& input, double min_val = -1, double max_val = 1);
Tensor hardsigmoid(const Tensor& input);  // (x + 3) / 6, kept in [0, 1]
Tensor hardswish(const Tensor& input);    // x hardsigmoid(x)
Tensor tanhshrink(const Tensor& input);   // x - tanh(x)
// x where x > threshold, else value.
Tensor threshold(const Tensor& input, double threshold, double value);
Tensor hardshrink(const Tensor& input, double lambd = 0.5);  // 0 where |x| <= lambd
// |x| less lambd, 0 where that is negative.
Tensor softshrink(const Tensor& input, double lambd = 0.5);

}  // namespace hebb
