// The name by which an operator's entry asks for kernels; each device has a list of kernels for it
// (kernels/devices.h).
#pragma once

#include <string_view>

namespace hebb {

struct KernelId {
  std::string_view name = {};  // "" of an entry without kernels: a composite, a view
  constexpr explicit operator bool() const { return !name.empty(); }
  friend constexpr bool operator==(KernelId, KernelId) = default;
};

}  // namespace hebb
