// A form of a tensor's values that no strides describe, such as blocks of channels: the kernels that
// know it pass it on to each other, and for all others it is converted.
#pragma once

#include <cstddef>
#include <string>

#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

class OpaqueLayout {
 public:
  virtual ~OpaqueLayout() = default;
  // Values that lie by these strides (in elements) into this form, and back. Thread-safe.
  virtual void pack(const void* from, const Dims& strides, void* to) const = 0;
  virtual void unpack(const void* from, void* to, const Dims& strides) const = 0;

  size_t bytes = 0;
  std::string id;  // equal ids: the same form of the same dtype and shape
};

}  // namespace hebb
