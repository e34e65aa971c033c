// Pictures, sequences and volumes in other sizes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// One value for all spatial dimensions, or one for each; size or scale_factor, not both.
struct InterpolateOptions {
  Dims size = {};
  std::vector<double> scale_factor = {};  // the size becomes its floor: size 5 times 1.5 is 7
  // nearest, nearest-exact (of [N, C, ...], with 1 to 3 spatial dimensions), linear (1), bilinear,
  // bicubic (2), trilinear (3), area (1 to 3: means of windows that divide the input evenly).
  std::string mode = "nearest";
  // Whether the middles of the corners' pixels stay where they are, or the corners themselves. For
  // linear, bilinear, bicubic and trilinear; none: false.
  std::optional<bool> align_corners = {};
  // Whether places are computed from the sizes and not from scale_factor, which differ where the
  // size was rounded; none: false.
  std::optional<bool> recompute_scale_factor = {};
  // Whether all pixels count when a picture becomes smaller; for bilinear and bicubic.
  bool antialias = false;
  HEBB_FIELDS(size, scale_factor, mode, align_corners, recompute_scale_factor, antialias)
};

// input [N, C, spatial...], floating; nearest takes any dtype. u8 pictures are computed in f32 and
// rounded once. Source: torch.nn.functional.interpolate.
Tensor interpolate(const Tensor& input, const InterpolateOptions& options);

}  // namespace hebb
