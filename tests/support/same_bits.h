// Whether two tensors are alike to the last bit.
#pragma once

#include <cstring>

#include "hebb/tensor/tensor.h"

namespace hebb {

inline bool same_bits(const Tensor& a, const Tensor& b) {
  const Tensor x = a.contiguous(), y = b.contiguous();
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         std::memcmp(x.raw_data(), y.raw_data(), size_t(x.nbytes())) == 0;
}

}  // namespace hebb
