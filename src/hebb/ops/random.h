// Random tensors and dropout. The numbers are a pure function of a key (ops/random_key.h). The key
// is an operand; a call without it draws one. manual_seed() makes a program repeatable; threads and
// the order of evaluation do not matter.
#pragma once

#include <optional>

#include "hebb/kernels/random.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Uniform in [0, 1).
Tensor rand(const Dims& size, DType dtype = DType::f32, const Tensor& key = {}, Device device = {});
Tensor randn(const Dims& size, DType dtype = DType::f32, const Tensor& key = {},
             Device device = {});  // normal, mean 0 and standard deviation 1
Tensor uniform(const Dims& size, double low, double high, DType dtype = DType::f32,
               const Tensor& key = {}, Device device = {});  // [low, high)
Tensor normal(double mean, double std, const Dims& size, DType dtype = DType::f32,
              const Tensor& key = {}, Device device = {});
Tensor randint(int64_t low, int64_t high, const Dims& size, DType dtype = DType::i64,
               const Tensor& key = {}, Device device = {});  // [low, high)
// 0 ... n - 1 shuffled; i32 or i64.
Tensor randperm(int64_t n, DType dtype = DType::i64, const Tensor& key = {}, Device device = {});
// 1 with the probability in input, else 0.
Tensor bernoulli(const Tensor& input, const Tensor& key = {});

// Sets each element to zero with probability p and divides the others by 1 - p. Returns the input
// when not training.
Tensor dropout(const Tensor& input, double p = 0.5, bool training = true, const Tensor& key = {});

// rand, randn and randint in the shape of input, and its dtype unless told.
Tensor rand_like(const Tensor& input, std::optional<DType> dtype = {}, const Tensor& key = {});
Tensor randn_like(const Tensor& input, std::optional<DType> dtype = {}, const Tensor& key = {});
Tensor randint_like(const Tensor& input, int64_t low, int64_t high, std::optional<DType> dtype = {},
                    const Tensor& key = {});

struct RandLikeAttrs {
  std::optional<DType> dtype;
  HEBB_FIELDS(dtype)
};
struct RandintLikeAttrs {
  int64_t low = 0, high = 0;
  std::optional<DType> dtype;
  HEBB_FIELDS(low, high, dtype)
};
struct RandAttrs {  // rand, randn
  Dims size;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(size, dtype, device)
};

}  // namespace hebb
