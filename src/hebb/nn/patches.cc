#include "hebb/nn/patches.h"

#include "hebb/base/check.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

struct ShuffleOptions {
  Size factor = 1;
  HEBB_FIELDS(factor)
  static constexpr Note notes[] = {{.field = "factor",
                                    .key = "upscale_factor",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .at_most = 32768,
                                    .what = "how many times as high and as wide it becomes"}};
};
struct UnshuffleOptions {
  Size factor = 1;
  HEBB_FIELDS(factor)
  static constexpr Note notes[] = {{.field = "factor",
                                    .key = "downscale_factor",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .at_most = 32768,
                                    .what = "how many pixels of a side become channels"}};
};
struct GroupsOptions {
  Size groups = 1;
  HEBB_FIELDS(groups)
  static constexpr Note notes[] = {{.field = "groups",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .what = "groups whose channels are mixed"}};
};

UnfoldOptions unfold_start() {
  return {.kernel = 1};
}
constexpr const OptionsType& unfold_options = options_type<UnfoldOptions, unfold_start>;
FoldOptions fold_start() {
  return {.output = 1, .kernel = 1};
}
constexpr const OptionsType& fold_options = options_type<FoldOptions, fold_start>;
PatchEmbedOptions patch_embed_start() {
  return {.in = 1, .width = 1, .patch = 1};
}

void takes_pictures(void*, const Dims& shape) {
  channels(shape, 3, "channels, height and width");
}

// The patches along side i, an upper bound.
double patches_along(const UnfoldOptions& o, const Dims& shape, size_t i) {
  return (double(shape[i + 1]) + 2 * double(o.padding.values[i])) / double(o.stride.values[i]) + 1;
}

}  // namespace

std::string PixelShuffle::describe() const {
  return fmt::format("PixelShuffle(upscale_factor={})", upscale_factor);
}
std::string PixelUnshuffle::describe() const {
  return fmt::format("PixelUnshuffle(downscale_factor={})", downscale_factor);
}
std::string ChannelShuffle::describe() const {
  return fmt::format("ChannelShuffle(groups={})", groups);
}

Tensor Unfold::forward(const Tensor& x) const {
  return unfold(x, {.kernel_size = options_.kernel,
                    .dilation = options_.dilation,
                    .padding = options_.padding,
                    .stride = options_.stride});
}
std::string Unfold::describe() const {
  return options_repr("Unfold", unfold_options, &options_);
}

Tensor Fold::forward(const Tensor& x) const {
  return fold(x, {.output_size = options_.output,
                  .kernel_size = options_.kernel,
                  .dilation = options_.dilation,
                  .padding = options_.padding,
                  .stride = options_.stride});
}
std::string Fold::describe() const {
  return options_repr("Fold", fold_options, &options_);
}

PatchEmbed::PatchEmbed(PatchEmbedOptions o)
    : proj({.in = o.in, .out = o.width, .kernel = o.patch, .stride = o.patch, .bias = o.bias}) {}

Tensor PatchEmbed::forward(const Tensor& x) {
  return transpose(flatten(proj(x), 2), 1, 2);
}

constinit const LayerEntry layer::pixel_shuffle = {
    .name = "pixel_shuffle",
    .what = "channels become pixels: FACTOR times as high and as wide",
    .options = &options_type<ShuffleOptions>,
    .make = [](const void* o) -> AnyModule { return PixelShuffle(as<ShuffleOptions>(o).factor); },
    .infer = takes_pictures,
};
constinit const LayerEntry layer::pixel_unshuffle = {
    .name = "pixel_unshuffle",
    .what = "pixels become channels: the reverse of pixel_shuffle",
    .options = &options_type<UnshuffleOptions>,
    .make = [](const void* o) -> AnyModule {
      return PixelUnshuffle(as<UnshuffleOptions>(o).factor);
    },
    .infer = takes_pictures,
};
constinit const LayerEntry layer::channel_shuffle = {
    .name = "channel_shuffle",
    .what = "the channels of GROUPS groups, mixed",
    .options = &options_type<GroupsOptions>,
    .make = [](const void* o) -> AnyModule { return ChannelShuffle(as<GroupsOptions>(o).groups); },
    .infer = [](void*, const Dims& shape) { channels(shape); },
};

constinit const LayerEntry layer::unfold = {
    .name = "unfold",
    .what = "the patches of a picture as columns",
    .options = &unfold_options,
    .make = made<Unfold, UnfoldOptions>,
    .infer = takes_pictures,
    .outputs =
        [](const void* options, const Dims& shape) {
          const auto& o = as<UnfoldOptions>(options);
          return double(shape[0]) * double(o.kernel.values[0]) * double(o.kernel.values[1]) *
                 patches_along(o, shape, 0) * patches_along(o, shape, 1);
        },
};
constinit const LayerEntry layer::fold = {
    .name = "fold",
    .what = "columns of patches as a picture: the reverse of unfold, where patches add up",
    .options = &fold_options,
    .make = made<Fold, FoldOptions>,
    .infer = [](void*, const Dims& shape) { channels(shape, 2, "rows and patches"); },
    .outputs =
        [](const void* options, const Dims& shape) {
          const auto& o = as<FoldOptions>(options);
          return double(shape[0]) * double(o.output.values[0]) * double(o.output.values[1]);
        },
};

constinit const LayerEntry layer::patch_embed = {
    .name = "patch_embed",
    .what = "patches of a picture as tokens of WIDTH numbers each",
    .options = &options_type<PatchEmbedOptions, patch_embed_start>,
    .make = made<PatchEmbed, PatchEmbedOptions>,
    .infer =
        [](void* o, const Dims& shape) {
          static_cast<PatchEmbedOptions*>(o)->in = channels(shape, 3, "channels, height and width");
        },
    .weights =
        [](const void* options) {
          const auto& o = as<PatchEmbedOptions>(options);
          return double(o.in) * double(o.width) * double(o.patch.values[0]) *
                 double(o.patch.values[1]);
        },
    .outputs =
        [](const void* options, const Dims& shape) {
          const auto& o = as<PatchEmbedOptions>(options);
          return double(o.width) * double(shape[1]) / double(o.patch.values[0]) * double(shape[2]) /
                 double(o.patch.values[1]);
        },
};

}  // namespace hebb::nn
