// Plain numbers as tensors, for states in checkpoints. For .cc files.
#pragma once

#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::optim {

inline Tensor state_number(double value) {
  return Tensor::from(std::vector<double>{value}, {});
}
inline Tensor state_number(int64_t value) {
  return Tensor::from(std::vector<int64_t>{value}, {});
}

}  // namespace hebb::optim
