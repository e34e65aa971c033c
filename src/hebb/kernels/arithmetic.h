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
  // none: true division; "trunc" towards zero, "floor" down.
  std::optional<std::string> rounding_mode;
  HEBB_FIELDS(rounding_mode)
};
struct AddcAttrs {  // addcmul, addcdiv
  double value = 1;
  HEBB_FIELDS(value)
};

}  // namespace hebb
