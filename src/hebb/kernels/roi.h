// What the entries of regions and boxes and their kernels share.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct RoiAlignAttrs {
  Dims output_size;          // height and width of what each box becomes
  double spatial_scale = 1;  // pixels of input for each unit of the boxes
  int64_t sampling_ratio =
      -1;                // places in each direction of a bin; below 1: as many as it has pixels
  bool aligned = false;  // boxes are moved by half a pixel, so that pixels are their middles
  HEBB_FIELDS(output_size, spatial_scale, sampling_ratio, aligned)
};
struct RoiAlignBackwardAttrs {
  Dims output_size;
  double spatial_scale = 1;
  int64_t sampling_ratio = -1;
  bool aligned = false;
  Dims shape;  // of the input
  HEBB_FIELDS(output_size, spatial_scale, sampling_ratio, aligned, shape)
  RoiAlignAttrs forward() const { return {output_size, spatial_scale, sampling_ratio, aligned}; }
};
struct RoiPoolAttrs {
  Dims output_size;
  double spatial_scale = 1;
  HEBB_FIELDS(output_size, spatial_scale)
};
struct RoiPoolBackwardAttrs {
  Dims output_size;
  double spatial_scale = 1;
  Dims shape;  // of the input
  HEBB_FIELDS(output_size, spatial_scale, shape)
};
struct PsRoiAlignAttrs {
  Dims output_size;
  double spatial_scale = 1;
  int64_t sampling_ratio = -1;
  HEBB_FIELDS(output_size, spatial_scale, sampling_ratio)
  RoiAlignAttrs align() const { return {output_size, spatial_scale, sampling_ratio, true}; }
};
struct PsRoiAlignBackwardAttrs {
  Dims output_size;
  double spatial_scale = 1;
  int64_t sampling_ratio = -1;
  Dims shape;  // of the input
  HEBB_FIELDS(output_size, spatial_scale, sampling_ratio, shape)
  RoiAlignAttrs align() const { return {output_size, spatial_scale, sampling_ratio, true}; }
};
struct NmsAttrs {
  double iou_threshold = 0.5;
  HEBB_FIELDS(iou_threshold)
};

namespace kernel {
inline constexpr KernelId roi_align{"roi_align"};
inline constexpr KernelId roi_align_backward{"roi_align_backward"};
inline constexpr KernelId roi_pool{"roi_pool"};
inline constexpr KernelId ps_roi_align{"ps_roi_align"};
inline constexpr KernelId ps_roi_align_backward{"ps_roi_align_backward"};
inline constexpr KernelId ps_roi_pool{"ps_roi_pool"};
inline constexpr KernelId ps_roi_pool_backward{"ps_roi_pool_backward"};
inline constexpr KernelId nms{"nms"};
}  // namespace kernel

}  // namespace hebb
