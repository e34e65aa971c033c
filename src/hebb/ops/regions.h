// What the entries of regions of pictures refuse, and the shapes that come out. For .cc files.
#pragma once

#include "hebb/base/check.h"
#include "hebb/ops/op.h"
#include "hebb/ops/spatial.h"

namespace hebb {

inline void check_regions(const Tensor& input, const Tensor& boxes) {
  check(input.dim() == 4, "input {} should be [N, C, H, W]", input.shape());
  check(is_floating(input.dtype()), "input is {}, should be floating", name(input.dtype()));
  check(boxes.dim() == 2 && boxes.size(1) == 5,
        "boxes {} should be [K, 5]: the sample's number, x1, y1, x2, y2", boxes.shape());
  check(boxes.dtype() == input.dtype(), "boxes are {}, input is {}; they should have one dtype",
        name(boxes.dtype()), name(input.dtype()));
}

// Height and width of what each box becomes.
inline Dims bins_of(const Dims& output_size) {
  check(!output_size.empty(), "output_size is missing");
  const Dims size = per_dimension(output_size, 2, "output_size");
  check_at_least(size, 1, "output_size");
  return size;
}

inline void check_scale(double scale) {
  check(scale > 0 && scale < 1e9, "spatial_scale is {}, should be above 0 and below 1e9", scale);
}

inline void check_sampling_ratio(int64_t ratio) {
  check(ratio <= 1024, "sampling_ratio is {}, should be at most 1024", ratio);
}

}  // namespace hebb
