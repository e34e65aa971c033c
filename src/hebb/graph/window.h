// The part of a storage that a tensor looks at, and how: two handles of the same window are the
// same value. For .cc files.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

using Window =
    std::tuple<const Storage*, int64_t, DType, std::vector<int64_t>, std::vector<int64_t>>;

inline Window window(const Tensor& t) {
  return {&t.storage(),
          t.body()->offset,
          t.dtype(),
          {t.shape().begin(), t.shape().end()},
          {t.strides().begin(), t.strides().end()}};
}

}  // namespace hebb
