// The axes of an operand, split into those that a reduction keeps and those that it reduces. Merges
// neighbours where memory allows.
#pragma once

#include <vector>

#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

// Some axes, with an odometer over their row-major indices.
struct Axes {
  Dims shape, stride;
  int64_t count = 1;

  void add(int64_t size, int64_t step) {
    count *= size;
    if (size == 1)
      return;
    if (!shape.empty() && stride.back() == step * size) {
      shape.back() *= size;
      stride.back() = step;
    } else {
      shape.push_back(size);
      stride.push_back(step);
    }
  }
  int64_t offset(int64_t index) const {
    int64_t at = 0;
    for (size_t i = shape.size(); i-- > 0;) {
      at += index % shape[i] * stride[i];
      index /= shape[i];
    }
    return at;
  }
  // Calls f(offset) for all indices.
  template <class F>
  void each(F&& f) const {
    if (count == 0)
      return;
    const int64_t run = shape.empty() ? 1 : shape.back(), step = shape.empty() ? 0 : stride.back();
    for (int64_t first = 0; first < count; first += run)
      for (int64_t i = 0, at = offset(first); i < run; ++i, at += step)
        f(at);
  }
  bool inner_is_dense() const { return !shape.empty() && stride.back() == 1; }
};

struct ReductionAxes {
  Axes kept, reduced;

  ReductionAxes(const Operand& in, const Dims& dim) {  // no dim: all are reduced
    std::vector<bool> gone(in.shape.size(), dim.empty());
    for (int64_t d : dim)
      if (!in.shape.empty())
        gone[size_t(wrap_dim(d, int64_t(in.shape.size())))] = true;
    for (size_t i = 0; i < in.shape.size(); ++i)
      (gone[i] ? reduced : kept).add(in.shape[i], in.strides[i]);
  }
};

}  // namespace hebb::cpu
