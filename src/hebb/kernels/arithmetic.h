// Attributes that the kernels of arithmetic read.
#pragma once

#include <optional>
#include <string>

#include "hebb/base/fields.h"

namespace hebb {

struct AddAttrs {    // add, sub
  double alpha = 1;  // other is multiplied by it
  HEBB_FIELDS(alpha)
};
struct DivAttrs {
  std::optional<std::string>
      rounding_mode;  // none: true division; "trunc" towards zero, "floor" down
  HEBB_FIELDS(rounding_mode)
};
struct AddcAttrs {  // addcmul, addcdiv
  double value = 1;
  HEBB_FIELDS(value)
};

}  // namespace hebb
