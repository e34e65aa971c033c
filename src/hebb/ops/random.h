// Random tensors and dropout. The numbers are a pure function of a key (ops/random_key.h), an
// operand that is drawn when it is left out: manual_seed() makes a program repeatable, and neither
// threads nor the order of evaluation matter.
#pragma once

#include "hebb/kernels/random.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor rand(const Dims& size, DType dtype = DType::f32, const Tensor& key = {},
            Device device = {});  // uniform in [0, 1)
Tensor randn(const Dims& size, DType dtype = DType::f32, const Tensor& key = {},
             Device device = {});  // normal, mean 0 and standard deviation 1
Tensor uniform(const Dims& size, double low, double high, DType dtype = DType::f32,
               const Tensor& key = {}, Device device = {});  // [low, high)
Tensor normal(double mean, double std, const Dims& size, DType dtype = DType::f32,
              const Tensor& key = {}, Device device = {});
Tensor randint(int64_t low, int64_t high, const Dims& size, DType dtype = DType::i64,
               const Tensor& key = {}, Device device = {});  // [low, high)
Tensor randperm(int64_t n, DType dtype = DType::i64, const Tensor& key = {},
                Device device = {});  // 0 ... n - 1 shuffled; i32 or i64
Tensor bernoulli(const Tensor& input,
                 const Tensor& key = {});  // 1 with the probability that input gives, else 0

// Each element becomes zero with probability p, the others are divided by 1 - p; the input itself
// when not training.
Tensor dropout(const Tensor& input, double p = 0.5, bool training = true, const Tensor& key = {});

struct RandAttrs {  // rand, randn
  Dims size;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(size, dtype, device)
};

}  // namespace hebb
