// ops/patches.cc: pixels and patches put into other places. unfold and fold are written with two
// entries, im2col and col2im, each the gradient of the other.

#include "hebb/ops/patches.h"

#include "hebb/kernels/patches.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/patches_onnx.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/patches.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_picture(const Tensor& input) {
  check(input.dim() >= 3, "input {} should have at least 3 dimensions: [..., C, H, W]",
        input.shape());
}

// The dimensions before the last three, then `last`.
Dims with_leading(const Tensor& input, std::initializer_list<int64_t> last) {
  Dims shape(std::span<const int64_t>(input.shape()).first(size_t(input.dim()) - 3));
  for (int64_t size : last)
    shape.push_back(size);
  return shape;
}

// `order` of the last five dimensions, behind those of the input before its last three.
Tensor permute_last(const Tensor& split, std::initializer_list<int64_t> order) {
  Dims dims;
  const int64_t leading = split.dim() - 5;
  for (int64_t i = 0; i < leading; ++i)
    dims.push_back(i);
  for (int64_t axis : order)
    dims.push_back(leading + axis);
  return permute(split, dims);
}

PatchAttrs patch_attrs(const Dims& kernel_size, const Dims& dilation, const Dims& padding,
                       const Dims& stride, const Dims& size) {
  check(!kernel_size.empty(), "kernel_size is missing");
  PatchAttrs a{per_dimension(kernel_size, 2, "kernel_size"), per_dimension(dilation, 2, "dilation"),
               per_dimension(padding, 2, "padding"), per_dimension(stride, 2, "stride"), size};
  check_at_least(a.kernel, 1, "kernel_size");
  check_at_least(a.dilation, 1, "dilation");
  check_at_least(a.padding, 0, "padding");
  check_at_least(a.stride, 1, "stride");
  for (size_t i = 0; i < 2; ++i)
    check(patches_along(a, i) > 0, "a patch of {} does not fit into the padded size {} of the {}",
          a.dilation[i] * (a.kernel[i] - 1) + 1, size[i] + 2 * a.padding[i],
          i == 0 ? "height" : "width");
  return a;
}

}  // namespace

static Tensors compose_pixel_shuffle(const Call& c) {
  const Tensor& x = c.in(0);
  const int64_t r = c.attributes<PixelShuffleAttrs>().upscale_factor;
  check_picture(x);
  check(r >= 1 && r <= 1 << 15, "upscale_factor is {}, should be from 1 to 32768", r);
  const int64_t channels = x.size(-3), h = x.size(-2), w = x.size(-1);
  check(channels % (r * r) == 0,
        "the {} channels of input {} should divide by upscale_factor² = {}", channels, x.shape(),
        r * r);
  const Tensor split = reshape(x, with_leading(x, {channels / (r * r), r, r, h, w}));
  return {reshape(permute_last(split, {0, 3, 1, 4, 2}),
                  with_leading(x, {channels / (r * r), h * r, w * r}))};
}

constinit const Op op::pixel_shuffle = {
    .name = "pixel_shuffle",
    .what =
        "Channels become pixels: [..., C r^2, H, W] -> [..., C, H r, W r] for r = "
        "upscale_factor.",
    .source = "torch.nn.functional.pixel_shuffle; Shi et al. 2016",
    .inputs = {"input"},
    .attributes = attrs_type<PixelShuffleAttrs>,
    .onnx = {{.type = "DepthToSpace",
              .since = 13,
              .nodes = "Reshape, Transpose",
              .to = onnx::write_pixel_shuffle,
              .from = onnx::read_depth_to_space}},
    .compose = compose_pixel_shuffle,
};

static Tensors compose_pixel_unshuffle(const Call& c) {
  const Tensor& x = c.in(0);
  const int64_t r = c.attributes<PixelUnshuffleAttrs>().downscale_factor;
  check_picture(x);
  check(r >= 1 && r <= 1 << 15, "downscale_factor is {}, should be from 1 to 32768", r);
  const int64_t channels = x.size(-3), h = x.size(-2), w = x.size(-1);
  check(h % r == 0 && w % r == 0,
        "height {} and width {} of input {} should divide by downscale_factor {}", h, w, x.shape(),
        r);
  const Tensor split = reshape(x, with_leading(x, {channels, h / r, r, w / r, r}));
  return {reshape(permute_last(split, {0, 2, 4, 1, 3}),
                  with_leading(x, {channels * r * r, h / r, w / r}))};
}

constinit const Op op::pixel_unshuffle = {
    .name = "pixel_unshuffle",
    .what =
        "Pixels become channels: [..., C, H r, W r] -> [..., C r^2, H, W] for r = "
        "downscale_factor.",
    .source = "torch.nn.functional.pixel_unshuffle",
    .inputs = {"input"},
    .attributes = attrs_type<PixelUnshuffleAttrs>,
    .onnx = {{.since = 13, .nodes = "Reshape, Transpose", .to = onnx::write_pixel_unshuffle}},
    .compose = compose_pixel_unshuffle,
};

static Tensors compose_channel_shuffle(const Call& c) {
  const Tensor& x = c.in(0);
  const int64_t groups = c.attributes<ChannelShuffleAttrs>().groups;
  check(x.dim() >= 3, "input {} should have at least 3 dimensions: [N, C, ...]", x.shape());
  check(groups >= 1 && x.size(1) % groups == 0,
        "groups is {}, should divide the {} channels of input {}", groups, x.size(1), x.shape());
  Dims split = {x.size(0), groups, x.size(1) / groups}, order = {0, 2, 1};
  for (int64_t i = 2; i < x.dim(); ++i) {
    split.push_back(x.size(i));
    order.push_back(i + 1);
  }
  return {reshape(permute(reshape(x, split), order), x.shape())};
}

constinit const Op op::channel_shuffle = {
    .name = "channel_shuffle",
    .what =
        "The channels of [N, C, ...] in another order: as groups rows of C / groups, "
        "transposed.",
    .source = "torch.nn.functional.channel_shuffle; Zhang et al. 2018",
    .inputs = {"input"},
    .attributes = attrs_type<ChannelShuffleAttrs>,
    .onnx = {{.since = 13, .nodes = "Reshape, Transpose", .to = onnx::write_channel_shuffle}},
    .compose = compose_channel_shuffle,
};

static Tensors compose_unfold(const Call& c) {
  const auto& o = c.attributes<UnfoldOptions>();
  const bool one_sample = is_unbatched(c.in(0), 2);
  const Tensor x = as_batch(c.in(0), one_sample);
  const PatchAttrs a =
      patch_attrs(o.kernel_size, o.dilation, o.padding, o.stride, spatial_sizes(x));
  return {as_given(call(op::im2col, {x}, a), one_sample)};
}

constinit const Op op::unfold = {
    .name = "unfold",
    .what = "The patches of pictures as columns: [N, C, H, W] -> [N, C kh kw, patches].",
    .source = "torch.nn.functional.unfold",
    .inputs = {"input"},
    .attributes = attrs_type<UnfoldOptions>,
    .no_onnx_because = "ONNX has the reverse only, Col2Im",
    .compose = compose_unfold,
};

static Tensors compose_fold(const Call& c) {
  const auto& o = c.attributes<FoldOptions>();
  check(!o.output_size.empty(), "output_size is missing");
  const Dims size = per_dimension(o.output_size, 2, "output_size");
  check_at_least(size, 1, "output_size");
  const bool one_sample = is_unbatched(c.in(0), 1);
  const Tensor x = as_batch(c.in(0), one_sample);
  const PatchAttrs a = patch_attrs(o.kernel_size, o.dilation, o.padding, o.stride, size);
  const int64_t taps = a.kernel[0] * a.kernel[1],
                patches = product(Dims{patches_along(a, 0), patches_along(a, 1)});
  check(x.size(1) % taps == 0, "the {} rows of input {} should divide by the {} values of a patch",
        x.size(1), c.in(0).shape(), taps);
  check(x.size(2) == patches, "input {} has {} patches, but a picture of {} has {} x {} = {}",
        c.in(0).shape(), x.size(2), size, patches_along(a, 0), patches_along(a, 1), patches);
  return {as_given(call(op::col2im, {x}, a), one_sample)};
}

constinit const Op op::fold = {
    .name = "fold",
    .what =
        "Columns [N, C kh kw, patches] add up to the pictures [N, C, output_size] whose "
        "patches they are.",
    .source = "torch.nn.functional.fold",
    .inputs = {"input"},
    .attributes = attrs_type<FoldOptions>,
    .onnx = {{.type = "Col2Im",
              .since = 18,
              .nodes = "Unsqueeze, Squeeze",
              .to = onnx::write_fold,
              .from = onnx::read_col2im}},
    .compose = compose_fold,
};

static Specs infer_im2col(const Call& c) {
  const auto& a = c.attributes<PatchAttrs>();
  return {{c.in(0).dtype(),
           {c.in(0).size(0), product(Dims{c.in(0).size(1), a.kernel[0], a.kernel[1]}),
            product(Dims{patches_along(a, 0), patches_along(a, 1)})}}};
}

constinit const Op op::im2col = {
    .name = "im2col",
    .what = "The patches of a batch of pictures as columns, with one value for each dimension.",
    .source = "torch.ops.aten.im2col",
    .inputs = {"input"},
    .attributes = attrs_type<PatchAttrs>,
    .no_onnx_because = "a piece of unfold",
    .infer = infer_im2col,
    .kernel = kernel::im2col,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::col2im, {dy[0]}, c.attributes<PatchAttrs>())};
    },
    .internal = true,
};

static Specs infer_col2im(const Call& c) {
  const auto& a = c.attributes<PatchAttrs>();
  check(is_differentiable(c.in(0).dtype()), "input is {}, should be floating or complex",
        name(c.in(0).dtype()));
  return {{c.in(0).dtype(),
           {c.in(0).size(0), c.in(0).size(1) / (a.kernel[0] * a.kernel[1]), a.size[0], a.size[1]}}};
}

constinit const Op op::col2im = {
    .name = "col2im",
    .what = "The pictures that columns of patches add up to, with one value for each dimension.",
    .source = "torch.ops.aten.col2im",
    .inputs = {"input"},
    .attributes = attrs_type<PatchAttrs>,
    .no_onnx_because = "a piece of fold",
    .infer = infer_col2im,
    .kernel = kernel::col2im,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::im2col, {dy[0]}, c.attributes<PatchAttrs>())};
    },
    .internal = true,
};

Tensor pixel_shuffle(const Tensor& input, int64_t upscale_factor) {
  return call(op::pixel_shuffle, {input}, PixelShuffleAttrs{upscale_factor});
}
Tensor pixel_unshuffle(const Tensor& input, int64_t downscale_factor) {
  return call(op::pixel_unshuffle, {input}, PixelUnshuffleAttrs{downscale_factor});
}
Tensor channel_shuffle(const Tensor& input, int64_t groups) {
  return call(op::channel_shuffle, {input}, ChannelShuffleAttrs{groups});
}
Tensor unfold(const Tensor& input, const UnfoldOptions& options) {
  return call(op::unfold, {input}, options);
}
Tensor fold(const Tensor& input, const FoldOptions& options) {
  return call(op::fold, {input}, options);
}

}  // namespace hebb
