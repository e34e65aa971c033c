// Sampling at given places: spatial transformers. Source: torch.nn.functional; Jaderberg et al.
// 2015.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/grid_sample.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// The values of pictures [N, C, H, W] at the places grid [N, h, w, 2], as (x, y) from -1 to 1, ->
// [N, C, h, w]; of volumes [N, C, D, H, W] at [N, d, h, w, 3]. No second derivative.
Tensor grid_sample(const Tensor& input, const Tensor& grid, const GridSampleAttrs& options = {});

// The grid that affine maps theta [N, 2, 3] make for results of `size` [N, C, H, W]: [N, H, W, 2];
// of theta [N, 3, 4] and five sizes: [N, D, H, W, 3].
Tensor affine_grid(const Tensor& theta, const Dims& size, bool align_corners = false);

struct AffineGridAttrs {
  Dims size;
  bool align_corners = false;
  HEBB_FIELDS(size, align_corners)
};

}  // namespace hebb
