// What the entries of grid sampling and their kernels share.
#pragma once

#include <string>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct GridSampleAttrs {
  std::string mode = "bilinear";       // bilinear (trilinear of volumes), nearest, bicubic
  std::string padding_mode = "zeros";  // what lies outside: zeros, border, reflection
  bool align_corners = false;  // -1 and 1: the middles of the corners' pixels, or the corners
  HEBB_FIELDS(mode, padding_mode, align_corners)
};

struct GridSampleBackwardAttrs {
  std::string mode, padding_mode;
  bool align_corners = false;
  bool for_input = true, for_grid = true;  // which gradients are wanted; another one is empty
  HEBB_FIELDS(mode, padding_mode, align_corners, for_input, for_grid)
  GridSampleAttrs forward() const { return {mode, padding_mode, align_corners}; }
};

namespace kernel {
inline constexpr KernelId grid_sample{"grid_sample"};
inline constexpr KernelId grid_sample_backward{"grid_sample_backward"};
inline constexpr KernelId grid_sample_second{"grid_sample_second"};
}  // namespace kernel

}  // namespace hebb
