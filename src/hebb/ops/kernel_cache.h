// Prepared kernels by signature: preparing (a oneDNN primitive, a loop plan) is done once per shape.
#pragma once

#include "hebb/ops/op.h"

namespace hebb {

// The first of `kernels` that fits, from the cache when the signature was seen before. Error: none fits these dtypes.
PreparedKernel prepare_cached(std::string_view op, const List<Prepare, 4>& kernels, const Attrs& attrs, const Signature& signature);

}  // namespace hebb
