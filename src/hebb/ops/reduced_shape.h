// Shapes and dtypes of reductions, for the files of those families.
#pragma once

#include <optional>

#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

// With sizes of 1 for reduced dimensions; no dim: all.
Dims kept_shape(const Dims& shape, const Dims& dim);
// Error: a dim out of range, or named twice.
Dims reduced_shape(const Dims& shape, const Dims& dim, bool keepdim);

// Integers and bool are summed in i64, unless another dtype is asked for.
DType sum_dtype(DType in, const std::optional<DType>& asked);

}  // namespace hebb
