// A window: the part of a storage that a tensor shows, with dtype, shape and strides. Two handles
// of the same window are the same value. For .cc files.
#pragma once

#include <cstdint>
#include <memory>
#include <tuple>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

using Window = std::tuple<const void*, int64_t, DType, std::vector<int64_t>, std::vector<int64_t>>;

// The identity of a tensor's memory: the storage, or the body of a plain number, which has no
// storage.
inline std::shared_ptr<const void> memory_of(const Tensor& t) {
  if (t.is_number())
    return t.body();
  return t.body()->storage;
}

inline Window window(const Tensor& t) {
  return {memory_of(t).get(),
          t.body()->offset,
          t.dtype(),
          {t.shape().begin(), t.shape().end()},
          {t.strides().begin(), t.strides().end()}};
}

}  // namespace hebb
