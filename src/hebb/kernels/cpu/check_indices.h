// Checks of index operands, for kernels that pick and place elements.
#pragma once

#include <string>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/kernels/cpu/axes.h"

namespace hebb::cpu {

// Checks that every value of `index`, of any layout, is in [0, size). Called before a parallel
// region.
inline void check_indices(const Operand& index, const int64_t* data, const char* operand,
                          int64_t size, std::string_view of_what) {
  const int64_t n = product(index.shape);
  Axes all;
  for (size_t i = 0; i < index.shape.size(); ++i)
    all.add(index.shape[i], index.strides[i]);
  for (int64_t k = 0; k < n; ++k) {
    const int64_t value = data[all.offset(k)];
    if (value >= 0 && value < size)
      continue;
    Dims position(index.shape.size(), 0);
    for (int64_t i = int64_t(position.size()), rest = k; i-- > 0; rest /= index.shape[size_t(i)])
      position[size_t(i)] = rest % index.shape[size_t(i)];
    check(false, "{}{} is {}, should be from 0 to {}: {} has size {}", operand,
          position.empty() ? "" : to_string(position), value, size - 1, of_what, size);
  }
}

inline std::string dimension(int64_t dim, const Operand& operand) {
  return fmt::format("dimension {}",
                     operand.shape.empty() ? 0 : wrap_dim(dim, int64_t(operand.shape.size())));
}

}  // namespace hebb::cpu
