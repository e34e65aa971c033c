// Attributes that the kernels of random operators read.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/device.h"
#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

struct UniformAttrs {
  Dims size;
  double low = 0, high = 1;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(size, low, high, dtype, device)
};
struct NormalAttrs {
  double mean = 0, std = 1;
  Dims size;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(mean, std, size, dtype, device)
};
struct RandintAttrs {
  int64_t low = 0, high = 0;
  Dims size;
  DType dtype = DType::i64;
  Device device = {};
  HEBB_FIELDS(low, high, size, dtype, device)
};
struct RandpermAttrs {
  int64_t n = 0;
  DType dtype = DType::i64;
  Device device = {};
  HEBB_FIELDS(n, dtype, device)
};
struct DropoutAttrs {
  double p = 0.5;  // the probability that an element becomes zero
  bool training = true;
  HEBB_FIELDS(p, training)
};

namespace kernel {
inline constexpr KernelId uniform{"uniform"};
inline constexpr KernelId normal{"normal"};
inline constexpr KernelId randint{"randint"};
inline constexpr KernelId randperm{"randperm"};
inline constexpr KernelId bernoulli{"bernoulli"};
inline constexpr KernelId dropout{"dropout"};
}  // namespace kernel

}  // namespace hebb
