// A form of a tensor's values that strides cannot describe, such as blocks of channels. Kernels
// that know it pass it to each other; for others it is converted.
#pragma once

#include <cstddef>
#include <string>

#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

class OpaqueLayout {
 public:
  virtual ~OpaqueLayout() = default;
  // Converts values with these strides (in elements) into this form, and back. Thread-safe.
  virtual void pack(const void* from, const Dims& strides, void* to) const = 0;
  virtual void unpack(const void* from, void* to, const Dims& strides) const = 0;

  size_t bytes = 0;
  std::string id;  // equal ids: the same form of the same dtype and shape
};

}  // namespace hebb
