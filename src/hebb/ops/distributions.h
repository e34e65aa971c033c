// Random numbers with given parameters. As all random operators, functions of a key (random_key.h);
// a call without it draws one. Samples of gamma and of what is made from it have no gradient.
#pragma once

#include "hebb/kernels/distributions.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Exponential with the rate lambd, whose mean is 1 / lambd.
Tensor exponential(const Dims& size, double lambd = 1, DType dtype = DType::f32,
                   const Tensor& key = {}, Device device = {});
// Cauchy: half of the numbers are within sigma of the median. They have no mean and no variance.
Tensor cauchy(const Dims& size, double median = 0, double sigma = 1, DType dtype = DType::f32,
              const Tensor& key = {}, Device device = {});
// Numbers whose logarithms are normal with this mean and standard deviation.
Tensor log_normal(const Dims& size, double mean = 1, double std = 2, DType dtype = DType::f32,
                  const Tensor& key = {}, Device device = {});
// Geometric: the number, from 1 on, of the first success of trials with the probability p. Floating
// or integers.
Tensor geometric(const Dims& size, double p, DType dtype = DType::f32, const Tensor& key = {},
                 Device device = {});
// Normal, with mean and standard deviation of each element; they broadcast.
Tensor normal(const Tensor& mean, const Tensor& std, const Tensor& key = {});
// Parameters broadcast, and should be above 0.
Tensor gamma(const Tensor& concentration, const Tensor& rate, const Tensor& key = {});
Tensor beta(const Tensor& concentration1, const Tensor& concentration0, const Tensor& key = {});
Tensor dirichlet(const Tensor& concentration, const Tensor& key = {});  // rows add up to 1
Tensor poisson(const Tensor& input, const Tensor& key = {});            // input: the rates
// The number of successes in count trials with the probability prob.
Tensor binomial(const Tensor& count, const Tensor& prob, const Tensor& key = {});
// Indices (i64) of a vector's elements, or of each row's, chosen in proportion to them: [...,
// num_samples].
Tensor multinomial(const Tensor& input, int64_t num_samples, bool replacement = false,
                   const Tensor& key = {});
// input where it is above 0, else times a slope: in training one for each element, uniform in
// [lower, upper), else the mean of both.
Tensor rrelu(const Tensor& input, double lower = 1.0 / 8, double upper = 1.0 / 3,
             bool training = false, const Tensor& key = {});
// A differentiable sample of a category along dim: softmax of logits with noise, over tau. hard:
// its largest element as 1 among zeros, with the gradient of the softmax (Jang et al. 2017).
Tensor gumbel_softmax(const Tensor& logits, double tau = 1, bool hard = false, int64_t dim = -1,
                      const Tensor& key = {});

struct ExponentialAttrs {
  Dims size;
  double lambd = 1;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(size, lambd, dtype, device)
};
struct CauchyAttrs {
  Dims size;
  double median = 0, sigma = 1;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(size, median, sigma, dtype, device)
};
struct LogNormalAttrs {
  Dims size;
  double mean = 1, std = 2;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(size, mean, std, dtype, device)
};
struct GeometricAttrs {
  Dims size;
  double p = 0.5;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(size, p, dtype, device)
};
struct RreluAttrs {
  double lower = 1.0 / 8, upper = 1.0 / 3;
  bool training = false;
  HEBB_FIELDS(lower, upper, training)
};
struct GumbelSoftmaxAttrs {
  double tau = 1;
  bool hard = false;
  int64_t dim = -1;
  HEBB_FIELDS(tau, hard, dim)
};

}  // namespace hebb
