// Shapes and dtypes of reductions, for the files of those families.
#pragma once

#include <optional>

#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

Dims kept_shape(const Dims& shape,
                const Dims& dim);  // with sizes of 1 for what is reduced; no dim: everything
Dims reduced_shape(const Dims& shape, const Dims& dim,
                   bool keepdim);  // Error: a dim out of range, or named twice

DType sum_dtype(DType in,
                const std::optional<DType>& asked);  // integers and bool are added up in i64,
                                                     // unless another one is asked for

}  // namespace hebb
