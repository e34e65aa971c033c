// Checks of index operands, for kernels that pick and place elements.
#pragma once

#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/axes.h"

namespace hebb::cpu {

// What a loop does that checks indices as it goes: those outside are left out, and the check that
// names the first of them follows the loop.
class IndexBounds {
 public:
  explicit IndexBounds(int64_t size) : size_(uint64_t(size)) {}
  bool holds(int64_t index) const { return uint64_t(index) < size_; }  // no negative one
  void missed() { outside_ = true; }
  bool outside() const { return outside_; }

 private:
  uint64_t size_;
  std::atomic<bool> outside_ = false;
};

// Whether all of n values are in [0, size).
inline bool all_inside(const int64_t* data, int64_t n, int64_t size) {
  std::atomic<bool> inside = true;
  parallel_for(n, 1 << 16, [&](int64_t begin, int64_t end) {
    uint64_t largest = 0;  // negative ones are larger than any size
    for (int64_t k = begin; k < end; ++k)
      largest = std::max(largest, uint64_t(data[k]));
    if (largest >= uint64_t(size))
      inside = false;
  });
  return inside;
}

// Checks that every value of `index`, of any layout, is in [0, size). Called before a parallel
// region.
inline void check_indices(const Operand& index, const int64_t* data, const char* operand,
                          int64_t size, std::string_view of_what) {
  const int64_t n = product(index.shape);
  Axes all;
  for (size_t i = 0; i < index.shape.size(); ++i)
    all.add(index.shape[i], index.strides[i]);
  const bool dense = all.shape.size() == 1 && all.stride[0] == 1;
  if (dense && all_inside(data, n, size))
    return;
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
