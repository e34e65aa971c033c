// Pixels and patches put into other places: pixel shuffles, and patches of pictures as columns.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Channels become pixels: [..., C r², H, W] -> [..., C, H r, W r]. Error: the channels do not
// divide by r². Source: torch.nn.functional.pixel_shuffle; Shi et al. 2016.
Tensor pixel_shuffle(const Tensor& input, int64_t upscale_factor);
// The reverse: [..., C, H r, W r] -> [..., C r², H, W].
Tensor pixel_unshuffle(const Tensor& input, int64_t downscale_factor);
// The channels [N, C, ...] as `groups` rows, transposed. Source: Zhang et al. 2018.
Tensor channel_shuffle(const Tensor& input, int64_t groups);

// Sizes: one value for height and width, or one for each.
struct UnfoldOptions {
  Dims kernel_size;
  Dims dilation = {1};
  Dims padding = {0};  // zeros on both sides
  Dims stride = {1};
  HEBB_FIELDS(kernel_size, dilation, padding, stride)
};
struct FoldOptions {
  Dims output_size, kernel_size;
  Dims dilation = {1};
  Dims padding = {0};
  Dims stride = {1};
  HEBB_FIELDS(output_size, kernel_size, dilation, padding, stride)
};

// The patches of pictures as columns: [N, C, H, W] -> [N, C kh kw, L] for L patches, or one sample
// without N.
Tensor unfold(const Tensor& input, const UnfoldOptions& options);
// The reverse: columns [N, C kh kw, L] add up to pictures [N, C, output_size]. Error: L is not the
// number of patches of such a picture.
Tensor fold(const Tensor& input, const FoldOptions& options);

struct PixelShuffleAttrs {
  int64_t upscale_factor = 1;
  HEBB_FIELDS(upscale_factor)
};
struct PixelUnshuffleAttrs {
  int64_t downscale_factor = 1;
  HEBB_FIELDS(downscale_factor)
};
struct ChannelShuffleAttrs {
  int64_t groups = 1;
  HEBB_FIELDS(groups)
};

}  // namespace hebb
