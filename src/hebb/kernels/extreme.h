// Attributes of max, min, argmax and argmin.
#pragma once

#include <cstdint>
#include <optional>

#include "hebb/base/fields.h"

namespace hebb {

struct ExtremeAttrs {
  std::optional<int64_t> dim;  // none: of all elements
  bool keepdim = false;
  HEBB_FIELDS(dim, keepdim)
};

}  // namespace hebb
