// What the entries of patches and their kernels share. Everything has one value for the height and
// one for the width.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct PatchAttrs {
  Dims kernel, dilation, padding, stride;
  Dims size;  // height and width of the picture
  HEBB_FIELDS(kernel, dilation, padding, stride, size)
};

// How many patches there are along dimension i, if at least one fits.
inline int64_t patches_along(const PatchAttrs& a, size_t i) {
  const int64_t room = a.size[i] + 2 * a.padding[i] - a.dilation[i] * (a.kernel[i] - 1) - 1;
  return room < 0 ? 0 : room / a.stride[i] + 1;
}

namespace kernel {
inline constexpr KernelId im2col{"im2col"};
inline constexpr KernelId col2im{"col2im"};
}  // namespace kernel

}  // namespace hebb
