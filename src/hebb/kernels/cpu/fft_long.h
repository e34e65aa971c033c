// How one long line is transformed: as a matrix of first x second elements, whose columns are
// transformed and turned, and then its rows. Both are many short lines, which vectors take side by
// side and a cache holds. Source: Bailey 1990, the four-step form.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

#include "hebb/kernels/cpu/fft_plan.h"

namespace hebb::cpu {

template <class R>
struct FftLong {
  // Null where n is too small, or has no such divisors. full_vectors: both should be multiples of
  // the lanes of a vector.
  static std::unique_ptr<const FftLong> of(int64_t n, bool full_vectors);
  FftLong(int64_t first, int64_t second);

  FftPlan<R> first, second;
  // exp(-2πi j k / n): [first][second], and some more ones, so that vectors may read beyond.
  std::vector<std::complex<R>> turns;
};

}  // namespace hebb::cpu
