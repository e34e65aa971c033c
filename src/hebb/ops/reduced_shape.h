// Shapes of reductions, for the files of those families.
#pragma once

#include "hebb/tensor/dims.h"

namespace hebb {

Dims kept_shape(const Dims& shape, const Dims& dim);                   // with sizes of 1 for what is reduced; no dim: everything
Dims reduced_shape(const Dims& shape, const Dims& dim, bool keepdim);  // Error: a dim out of range, or named twice

}  // namespace hebb
