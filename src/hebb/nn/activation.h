// Activations as layers. Formulas: ops/activation.h.
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/glu.h"
#include "hebb/ops/math.h"
#include "hebb/ops/softmax.h"

namespace hebb::nn {

struct ReLU : Module {
  Tensor forward(const Tensor& x) const { return relu(x); }
  HEBB_NO_FIELDS()
};
struct ReLU6 : Module {
  Tensor forward(const Tensor& x) const { return relu6(x); }
  HEBB_NO_FIELDS()
};
struct LeakyReLU : Module {
  double negative_slope;
  explicit LeakyReLU(double negative_slope = 0.01) : negative_slope(negative_slope) {}
  Tensor forward(const Tensor& x) const { return leaky_relu(x, negative_slope); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct ELU : Module {
  double alpha;
  explicit ELU(double alpha = 1) : alpha(alpha) {}
  Tensor forward(const Tensor& x) const { return elu(x, alpha); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct CELU : Module {
  double alpha;
  explicit CELU(double alpha = 1) : alpha(alpha) {}
  Tensor forward(const Tensor& x) const { return celu(x, alpha); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct SELU : Module {
  Tensor forward(const Tensor& x) const { return selu(x); }
  HEBB_NO_FIELDS()
};
struct GELU : Module {
  bool tanh_approximation;
  explicit GELU(bool tanh_approximation = false) : tanh_approximation(tanh_approximation) {}
  Tensor forward(const Tensor& x) const { return gelu(x, tanh_approximation ? "tanh" : "none"); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct SiLU : Module {
  Tensor forward(const Tensor& x) const { return silu(x); }
  HEBB_NO_FIELDS()
};
// 0 below 0, 1 above, and `at_zero` at 0; the gradient is 0 everywhere.
struct Step : Module {
  double at_zero;
  explicit Step(double at_zero = 1) : at_zero(at_zero) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Sign : Module {  // its gradient is 0 everywhere
  Tensor forward(const Tensor& x) const { return sign(x); }
  HEBB_NO_FIELDS()
};
struct Sinc : Module {
  Tensor forward(const Tensor& x) const { return sinc(x); }
  HEBB_NO_FIELDS()
};
struct Mish : Module {
  Tensor forward(const Tensor& x) const { return mish(x); }
  HEBB_NO_FIELDS()
};
struct Sigmoid : Module {
  Tensor forward(const Tensor& x) const { return sigmoid(x); }
  HEBB_NO_FIELDS()
};
struct Tanh : Module {
  Tensor forward(const Tensor& x) const { return tanh(x); }
  HEBB_NO_FIELDS()
};
struct Softplus : Module {
  double beta, threshold;
  explicit Softplus(double beta = 1, double threshold = 20) : beta(beta), threshold(threshold) {}
  Tensor forward(const Tensor& x) const { return softplus(x, beta, threshold); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Softsign : Module {
  Tensor forward(const Tensor& x) const { return softsign(x); }
  HEBB_NO_FIELDS()
};
struct LogSigmoid : Module {
  Tensor forward(const Tensor& x) const { return logsigmoid(x); }
  HEBB_NO_FIELDS()
};
struct Hardtanh : Module {
  double min_val, max_val;
  explicit Hardtanh(double min_val = -1, double max_val = 1) : min_val(min_val), max_val(max_val) {}
  Tensor forward(const Tensor& x) const { return hardtanh(x, min_val, max_val); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Hardsigmoid : Module {
  Tensor forward(const Tensor& x) const { return hardsigmoid(x); }
  HEBB_NO_FIELDS()
};
struct Hardswish : Module {
  Tensor forward(const Tensor& x) const { return hardswish(x); }
  HEBB_NO_FIELDS()
};
// x above 0, else times a slope: in training one for each number, uniform between lower and upper;
// in evaluation their mean.
struct RReLU : Module {
  double lower, upper;
  explicit RReLU(double lower = 1.0 / 8, double upper = 1.0 / 3);  // Error: lower above upper
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Hardshrink : Module {
  double lambd;
  explicit Hardshrink(double lambd = 0.5) : lambd(lambd) {}
  Tensor forward(const Tensor& x) const { return hardshrink(x, lambd); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Softshrink : Module {
  double lambd;
  explicit Softshrink(double lambd = 0.5) : lambd(lambd) {}
  Tensor forward(const Tensor& x) const { return softshrink(x, lambd); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Tanhshrink : Module {
  Tensor forward(const Tensor& x) const { return tanhshrink(x); }
  HEBB_NO_FIELDS()
};
struct Threshold : Module {
  double threshold, value;
  Threshold(double threshold, double value) : threshold(threshold), value(value) {}
  Tensor forward(const Tensor& x) const { return hebb::threshold(x, threshold, value); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct GLU : Module {  // half as many features come out
  int64_t dim;
  explicit GLU(int64_t dim = -1) : dim(dim) {}
  Tensor forward(const Tensor& x) const { return glu(x, dim); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

// A relu whose slope below 0 is trained: one for all channels, or one for each. Source: He et al.
// 2015.
struct PReLUOptions {
  Size parameters = 1;
  double init = 0.25;
  HEBB_FIELDS(parameters, init)
  static constexpr Note notes[] = {
      {.field = "parameters",
       .key = "num_parameters",
       .place = 1,
       .at_least = 1,
       .what = "slopes: 1 for all channels, or one for each"},
      {.field = "init", .place = 2, .what = "the slopes to start with", .shown = Shown::no}};
};
struct PReLU : Module {
  Param weight;  // [parameters]
  explicit PReLU(PReLUOptions options = {});
  Tensor forward(const Tensor& x) const { return prelu(x, weight); }
  std::string describe() const override;
  HEBB_FIELDS(weight)
};

struct Softmin : Module {
  int64_t dim;
  explicit Softmin(int64_t dim = -1) : dim(dim) {}
  Tensor forward(const Tensor& x) const { return softmin(x, dim); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Softmax2d : Module {  // of the channels of [N, C, H, W] or [C, H, W]
  Tensor forward(const Tensor& x) const { return softmax(x, -3); }
  HEBB_NO_FIELDS()
};
struct Softmax : Module {
  int64_t dim;
  explicit Softmax(int64_t dim = -1) : dim(dim) {}
  Tensor forward(const Tensor& x) const { return softmax(x, dim); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct LogSoftmax : Module {
  int64_t dim;
  explicit LogSoftmax(int64_t dim = -1) : dim(dim) {}
  Tensor forward(const Tensor& x) const { return log_softmax(x, dim); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Identity : Module {
  Tensor forward(const Tensor& x) const { return x; }
  HEBB_NO_FIELDS()
};

}  // namespace hebb::nn
