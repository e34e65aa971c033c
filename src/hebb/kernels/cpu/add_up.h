// Sums of terms over reduced axes: eight independent sums, which a compiler can keep in vectors, in
// an order that the shape alone fixes.
#pragma once

#include <array>

#include "hebb/kernels/cpu/axes.h"

namespace hebb::cpu {

constexpr int64_t reduction_chunk = 1 << 14;  // reduced elements per partial sum

// The sum of term(element) over the reduced elements begin .. end of one group, whose first one is
// at `in`.
template <class Acc, class T, class Term>
Acc add_up(const Axes& reduced, const T* in, int64_t begin, int64_t end, Term term) {
  if (begin >= end)
    return Acc(0);
  if (reduced.shape.empty())
    return term(in[0]);
  const int64_t row = reduced.shape.back(), step = reduced.stride.back();
  std::array<Acc, 8> lanes{};
  for (int64_t i = begin; i < end;) {
    const int64_t run = std::min(row - i % row, end - i);
    const T* p = in + reduced.offset(i);
    int64_t j = 0;
    for (; j + 8 <= run; j += 8)
      for (int64_t k = 0; k < 8; ++k)
        lanes[size_t(k)] += term(p[(j + k) * step]);
    for (; j < run; ++j)
      lanes[0] += term(p[j * step]);
    i += run;
  }
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

}  // namespace hebb::cpu
