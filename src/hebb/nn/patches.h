// Pixels and patches put into other places: pixel shuffles, patches as columns, and patches as
// tokens. Operators: ops/patches.h.
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/conv.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"
#include "hebb/ops/patches.h"

namespace hebb::nn {

struct PixelShuffle : Module {  // [N, C r², H, W] -> [N, C, H r, W r]
  int64_t upscale_factor;
  explicit PixelShuffle(Size upscale_factor) : upscale_factor(upscale_factor) {}
  Tensor forward(const Tensor& x) const { return pixel_shuffle(x, upscale_factor); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct PixelUnshuffle : Module {  // [N, C, H r, W r] -> [N, C r², H, W]
  int64_t downscale_factor;
  explicit PixelUnshuffle(Size downscale_factor) : downscale_factor(downscale_factor) {}
  Tensor forward(const Tensor& x) const { return pixel_unshuffle(x, downscale_factor); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct ChannelShuffle : Module {
  int64_t groups;
  explicit ChannelShuffle(Size groups) : groups(groups) {}
  Tensor forward(const Tensor& x) const { return channel_shuffle(x, groups); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

struct UnfoldOptions {
  Pair kernel;
  Pair dilation = 1, padding = 0, stride = 1;
  HEBB_FIELDS(kernel, dilation, padding, stride)
  static constexpr Note notes[] = {
      {.field = "kernel",
       .key = "kernel_size",
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "size of a patch: 3 or 3x5",
       .brief = true},
      {.field = "dilation", .at_least = 1, .what = "distance of a patch's elements", .brief = true},
      {.field = "padding", .at_least = 0, .what = "zeros at each side", .brief = true},
      {.field = "stride", .at_least = 1, .what = "distance of patches", .brief = true}};
};
struct Unfold : Module {  // [N, C, H, W] -> [N, C kh kw, patches]
  explicit Unfold(UnfoldOptions options) : options_(options) {}
  explicit Unfold(Pair kernel) : Unfold(UnfoldOptions{kernel}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  UnfoldOptions options_;
};

struct FoldOptions {
  Pair output, kernel;
  Pair dilation = 1, padding = 0, stride = 1;
  HEBB_FIELDS(output, kernel, dilation, padding, stride)
  static constexpr Note notes[] = {
      {.field = "output",
       .key = "output_size",
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "height and width of the picture",
       .brief = true},
      {.field = "kernel",
       .key = "kernel_size",
       .place = 2,
       .needed = true,
       .at_least = 1,
       .what = "size of a patch: 3 or 3x5",
       .brief = true},
      {.field = "dilation", .at_least = 1, .what = "distance of a patch's elements", .brief = true},
      {.field = "padding", .at_least = 0, .what = "zeros at each side", .brief = true},
      {.field = "stride", .at_least = 1, .what = "distance of patches", .brief = true}};
};
struct Fold : Module {  // [N, C kh kw, patches] -> [N, C, output]
  explicit Fold(FoldOptions options) : options_(options) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  FoldOptions options_;
};

// Pictures as rows of tokens, as vision transformers take them: [N, in, H, W] -> [N, patches,
// width]. State-dict names as in timm: proj.weight [width, in, patch, patch], proj.bias. Source:
// Dosovitskiy et al. 2021.
struct PatchEmbedOptions {
  Size in, width;
  Pair patch;
  bool bias = true;
  HEBB_FIELDS(in, width, patch, bias)
  static constexpr Note notes[] = {
      {.field = "in", .key = "in_channels", .inferred = true, .at_least = 1},
      {.field = "width",
       .key = "embed_dim",
       .aliases = {"features"},
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "numbers of each token"},
      {.field = "patch",
       .key = "patch_size",
       .place = 2,
       .needed = true,
       .at_least = 1,
       .what = "size of a patch: 16 or 16x8",
       .brief = true},
      {.field = "bias", .what = "whether a bias is added"}};
};
struct PatchEmbed : Module {
  Conv2d proj;
  explicit PatchEmbed(PatchEmbedOptions options);
  Tensor forward(const Tensor& x);
  HEBB_FIELDS(proj)
};

}  // namespace hebb::nn
