// Functions under PyTorch's other names: absolute(x) is abs(x). Behind the operators' own
// functions, which they call.
#pragma once

#include <utility>

#include "hebb/ops/ops.h"

namespace hebb {

#define ALIAS(name, entry)                                                          \
  template <class... Args>                                                          \
  auto name(Args&&... args)->decltype(::hebb::entry(std::forward<Args>(args)...)) { \
    return ::hebb::entry(std::forward<Args>(args)...);                              \
  }
#define ALIAS_BY_NAME(name, entry)
#include "hebb/ops/aliases.def"
#undef ALIAS
#undef ALIAS_BY_NAME

}  // namespace hebb
