// The sizes before and behind the dimension that is resampled, and the loop over the rows of the
// result.
#pragma once

#include <algorithm>
#include <span>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/resample_matrix.h"
#include "hebb/tensor/dims.h"

namespace hebb::cpu {

struct ResampleShape {
  int64_t outer, in, out, inner;
  ResampleShape(const Dims& in_shape, const Dims& out_shape, int64_t dim)
      : outer(product(std::span(in_shape.data(), size_t(dim)))), in(in_shape[size_t(dim)]),
        out(out_shape[size_t(dim)]),
        inner(product(std::span<const int64_t>(in_shape).subspan(size_t(dim) + 1))) {}
};

// Calls f(outer, row) for each row of the result.
template <class F>
void for_each_resampled_row(const ResampleShape& shape, F&& f) {
  parallel_for(shape.outer * shape.out,
               std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, shape.inner)),
               [&](int64_t begin, int64_t end) {
                 for (int64_t u = begin; u < end; ++u)
                   f(u / shape.out, u % shape.out);
               });
}

// The matrix from the input's places to the result's, in the dtype T; of the gradient its
// transpose.
template <class T>
ResampleMatrix resample_matrix_for(const ResampleAttrs& a, const ResampleShape& shape,
                                   bool backward) {
  const bool wide = sizeof(T) == sizeof(double);
  return backward ? transposed(resample_matrix(a, shape.out, shape.in, wide), shape.out)
                  : resample_matrix(a, shape.in, shape.out, wide);
}

}  // namespace hebb::cpu
