// What the entries of interpolation and their kernels share: one dimension is resampled at a time,
// as a product with a matrix of few values a row (ops/interpolate.h says which).
#pragma once

#include <cmath>
#include <string>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct ResampleAttrs {
  int64_t dim = 0;
  int64_t size = 0;             // that comes out; of resample_backward: the input's size
  std::string mode = "linear";  // nearest, nearest-exact, linear, cubic
  double scale = 0;             // places of the input for each one of the output
  bool align_corners = false;   // no half places are added
  bool antialias = false;       // the filter is as wide as the distance of places
  HEBB_FIELDS(dim, size, mode, scale, align_corners, antialias)
};

namespace kernel {
inline constexpr KernelId resample{"resample"};
inline constexpr KernelId resample_backward{"resample_backward"};
}  // namespace kernel

}  // namespace hebb
