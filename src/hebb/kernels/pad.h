// What the entries of padding and their kernels share.
#pragma once

#include <optional>
#include <string>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct PadAttrs {
  Dims pad;  // before and behind the last dimension, then the one before it, ...; negative values
             // cut off
  std::string mode = "constant";     // constant, reflect, replicate, circular
  std::optional<double> value = {};  // of mode constant; none: 0
  HEBB_FIELDS(pad, mode, value)
};

struct PadBackwardAttrs {
  Dims pad;
  std::string mode;
  Dims shape;  // of the tensor that was padded
  HEBB_FIELDS(pad, mode, shape)
};

namespace kernel {
inline constexpr KernelId pad{"pad"};
inline constexpr KernelId pad_backward{"pad_backward"};
}  // namespace kernel

}  // namespace hebb
