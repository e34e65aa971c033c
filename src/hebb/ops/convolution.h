// Convolutions over one, two or three spatial dimensions, as PyTorch computes them
// (cross-correlation), and their transposes. input [N, C, spatial...], or [C, spatial...] for one
// sample; weight [O, C / groups, kernel...]; bias [O].
#pragma once

#include <limits>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// A number that nobody writes by accident, unlike -1.
inline const Dims same_padding = {
    // The padding that keeps the size at a stride of 1 (the string "same" in PyTorch).
    std::numeric_limits<int64_t>::min()};

struct ConvOptions {  // one value for all spatial dimensions, or one for each
  Dims stride = {1};
  Dims padding = {0};  // zeros on both sides, or same_padding
  Dims dilation = {1};
  int64_t groups = 1;
  HEBB_FIELDS(stride, padding, dilation, groups)
};

struct ConvTransposeOptions {
  Dims stride = {1};
  Dims padding = {0};
  Dims output_padding = {0};  // added to one side of the output, less than stride or dilation
  int64_t groups = 1;
  Dims dilation = {1};
  HEBB_FIELDS(stride, padding, output_padding, groups, dilation)
};

struct DeformConvOptions {
  Dims stride = {1};
  Dims padding = {0};
  Dims dilation = {1};
  HEBB_FIELDS(stride, padding, dilation)
};

// out [N, O, (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1, ...]
Tensor conv1d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
              const ConvOptions& options = {});
Tensor conv2d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
              const ConvOptions& options = {});
Tensor conv3d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
              const ConvOptions& options = {});

// The convolution of mathematics, which reads the kernel from back to front: conv1d to conv3d,
// which are cross-correlations, with a weight that is flipped in all spatial dimensions.
Tensor flipped_conv1d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                      const ConvOptions& options = {});
Tensor flipped_conv2d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                      const ConvOptions& options = {});
Tensor flipped_conv3d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                      const ConvOptions& options = {});

// conv2d whose taps are moved: offset [N, 2 G taps, out H, out W] has for each of G groups of
// channels and each tap how far down and across, in pixels; mask [N, G taps, out H, out W] weighs
// them. Between pixels values are bilinear, outside of the picture 0. groups follow from weight [O,
// C / groups, rows, columns]. Source: torchvision.ops; Dai et al. 2017, and with a mask Zhu et al.
// 2018.
Tensor deform_conv2d(const Tensor& input, const Tensor& offset, const Tensor& weight,
                     const Tensor& bias = {}, const DeformConvOptions& options = {},
                     const Tensor& mask = {});

// weight [C, O / groups, kernel...]; out [N, O, (size - 1) stride - 2 padding + dilation (kernel -
// 1) + output_padding + 1, ...]
Tensor conv_transpose1d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                        const ConvTransposeOptions& options = {});
Tensor conv_transpose2d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                        const ConvTransposeOptions& options = {});
Tensor conv_transpose3d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                        const ConvTransposeOptions& options = {});

}  // namespace hebb
