// Shared by the shape rules of entries with spatial dimensions (convolution, pooling). For .cc
// files.
#pragma once

#include <string_view>

#include "hebb/base/check.h"
#include "hebb/ops/views.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// The limit of strides, paddings, dilations and kernels, so that products of two do not overflow.
inline constexpr int64_t most_spatial = (int64_t(1) << 31) - 1;

inline void check_at_most(const Dims& values, int64_t most, std::string_view what) {
  for (int64_t v : values)
    check(v <= most, "{} is {}, should be at most {}", what, values, most);
}

// Returns one value for each of n spatial dimensions; one value may stand for all.
inline Dims per_dimension(const Dims& values, size_t n, std::string_view what) {
  check(values.size() == 1 || values.size() == n, "{} {} has {} values, should have 1 or {}", what,
        values, values.size(), n);
  check_at_most(values, most_spatial, what);
  return values.size() == n ? values : Dims(n, values[0]);
}

inline void check_at_least(const Dims& values, int64_t least, std::string_view what) {
  for (int64_t v : values)
    check(v >= least, "{} is {}, should be at least {}", what, values, least);
}

inline Dims spatial_sizes(const Tensor& tensor) {
  return Dims(std::span<const int64_t>(tensor.shape()).subspan(2));
}

// Whether the input is one sample without a batch dimension. Error: neither a sample nor a batch.
inline bool is_unbatched(const Tensor& input, size_t spatial) {
  check(input.dim() == int64_t(spatial) + 1 || input.dim() == int64_t(spatial) + 2,
        "input {} has {} dimensions, should have {} (a batch) or {} (one sample)", input.shape(),
        input.dim(), spatial + 2, spatial + 1);
  return input.dim() == int64_t(spatial) + 1;
}

inline Tensor as_batch(const Tensor& input, bool one_sample) {
  return one_sample ? unsqueeze(input, 0) : input;
}
inline Tensor as_given(const Tensor& out, bool one_sample) {
  return one_sample ? squeeze(out, 0) : out;
}

}  // namespace hebb
