// What the entries of convolution and their kernels share. Shapes: input [N, C, spatial...], weight
// [O, C / groups, kernel...], output [N, O, spatial...], with one to three spatial dimensions.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"

namespace hebb {

// One value per spatial dimension everywhere.
struct ConvolutionAttrs {
  // padding_end: behind the last element ("same" may need one more there).
  Dims stride, padding, padding_end, dilation;
  int64_t groups = 1;
  Dims size;  // of the backward entries: the input's spatial sizes, or the kernel's sizes
  HEBB_FIELDS(stride, padding, padding_end, dilation, groups, size)
};

namespace kernel {
inline constexpr KernelId convolution{"convolution"};
inline constexpr KernelId conv_backward_input{"conv_backward_input"};
inline constexpr KernelId conv_backward_weight{"conv_backward_weight"};
}  // namespace kernel

}  // namespace hebb
