// Attributes of max, min, argmax and argmin.
#pragma once

#include <cstdint>
#include <optional>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct ExtremeAttrs {
  std::optional<int64_t> dim;  // none: of all elements
  bool keepdim = false;
  HEBB_FIELDS(dim, keepdim)
};

namespace kernel {
inline constexpr KernelId max{"max"};
inline constexpr KernelId min{"min"};
inline constexpr KernelId amax{"amax"};
inline constexpr KernelId amin{"amin"};
inline constexpr KernelId argmax{"argmax"};
inline constexpr KernelId argmin{"argmin"};
}  // namespace kernel

}  // namespace hebb
