// Attributes that the kernels of special functions and of comparisons within a tolerance read.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct PolygammaAttrs {
  int64_t n = 0;  // the order of the derivative of digamma
  HEBB_FIELDS(n)
};
struct LogitAttrs {
  std::optional<double> eps;  // input is kept between eps and 1 - eps
  HEBB_FIELDS(eps)
};
struct NanToNumAttrs {
  std::optional<double> nan, posinf, neginf;  // none: 0, the largest number, the smallest
  HEBB_FIELDS(nan, posinf, neginf)
};
struct IscloseAttrs {
  double rtol = 1e-5, atol = 1e-8;
  bool equal_nan = false;
  HEBB_FIELDS(rtol, atol, equal_nan)
};

}  // namespace hebb
