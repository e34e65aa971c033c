// ops/deform_conv.cc: convolutions whose taps are moved by offsets, written in picks of neighbours
// and a product of matrices.

#include <tuple>
#include <utility>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/convolution_onnx.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/op.h"
#include "hebb/ops/spatial.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/convolution.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

enum Slots { input_slot, offset_slot, weight_slot, bias_slot, mask_slot };

struct DeformGeometry {
  int64_t n, channels, height, width;           // of the input
  int64_t out_channels, groups, offset_groups;  // weight [out_channels, channels / groups, ...]
  int64_t rows, columns, taps;                  // of the kernel
  int64_t out_height, out_width;
  Dims stride, padding, dilation;
};

void check_dtypes(const Call& c) {
  const DType dtype = c.in(input_slot).dtype();
  check(is_floating(dtype), "input is {}, should be floating", name(dtype));
  for (int slot : {offset_slot, weight_slot, bias_slot, mask_slot})
    check(!c.has(slot) || c.in(slot).dtype() == dtype,
          "{} is {} but input is {}; they should have one dtype", c.op().inputs[slot],
          c.has(slot) ? name(c.in(slot).dtype()) : "", name(dtype));
}

int64_t out_size(int64_t size, int64_t kernel, const DeformGeometry& g, size_t axis) {
  const int64_t span = g.dilation[axis] * (kernel - 1) + 1, padded = size + 2 * g.padding[axis];
  check(padded >= span,
        "the kernel spans {} elements but the padded input has only {} in spatial dimension {}",
        span, padded, axis);
  return (padded - span) / g.stride[axis] + 1;
}

void check_places(const Tensor& t, std::string_view what, const Dims& expected) {
  check(t.shape() == expected, "{} {} should be {}, for the kernel and the output's places", what,
        t.shape(), expected);
}

DeformGeometry geometry(const Call& c) {
  const auto& a = c.attributes<DeformConvOptions>();
  const Tensor &input = c.in(input_slot), &weight = c.in(weight_slot), &offset = c.in(offset_slot);
  check_dtypes(c);
  check(input.dim() == 4, "input {} should be [N, C, H, W]", input.shape());
  check(weight.dim() == 4, "weight {} should be [O, C / groups, rows, columns]", weight.shape());
  check(offset.dim() == 4, "offset {} should be [N, 2 offset groups x taps, out H, out W]",
        offset.shape());
  DeformGeometry g{};
  g.n = input.size(0), g.channels = input.size(1), g.height = input.size(2);
  g.width = input.size(3);
  g.out_channels = weight.size(0), g.rows = weight.size(2), g.columns = weight.size(3);
  g.taps = g.rows * g.columns;
  check(weight.numel() > 0 && g.rows <= most_spatial && g.columns <= most_spatial,
        "weight {} is empty", weight.shape());
  check(g.height > 0 && g.width > 0, "input {} has no pixels", input.shape());
  check(g.channels > 0 && g.channels % weight.size(1) == 0,
        "input has {} channels, which should be a multiple of the {} of weight {}", g.channels,
        weight.size(1), weight.shape());
  g.groups = g.channels / weight.size(1);
  check(g.out_channels % g.groups == 0,
        "weight {} has {} output channels, which the {} groups do not divide", weight.shape(),
        g.out_channels, g.groups);
  g.stride = per_dimension(a.stride, 2, "stride");
  g.padding = per_dimension(a.padding, 2, "padding");
  g.dilation = per_dimension(a.dilation, 2, "dilation");
  check_at_least(g.stride, 1, "stride");
  check_at_least(g.padding, 0, "padding");
  check_at_least(g.dilation, 1, "dilation");
  g.out_height = out_size(g.height, g.rows, g, 0);
  g.out_width = out_size(g.width, g.columns, g, 1);
  g.offset_groups = offset.size(1) / (2 * g.taps);
  check(g.offset_groups > 0 && offset.size(1) == g.offset_groups * 2 * g.taps,
        "offset {} has {} channels, should have a multiple of {}: two for each of the {} taps",
        offset.shape(), offset.size(1), 2 * g.taps, g.taps);
  check(g.channels % g.offset_groups == 0,
        "input has {} channels, which the {} groups of offset {} do not divide", g.channels,
        g.offset_groups, offset.shape());
  check_places(offset, "offset", {g.n, g.offset_groups * 2 * g.taps, g.out_height, g.out_width});
  if (c.has(mask_slot))
    check_places(c.in(mask_slot), "mask",
                 {g.n, g.offset_groups * g.taps, g.out_height, g.out_width});
  check(!c.has(bias_slot) || c.in(bias_slot).shape() == Dims{g.out_channels},
        "bias has the shape {}, should be [{}]: one value per output channel",
        c.has(bias_slot) ? to_string(c.in(bias_slot).shape()) : "", g.out_channels);
  return g;
}

// Where each tap of each output lies along one axis before it is moved: [1, 1, taps, out H, out W].
Tensor still_places(const DeformGeometry& g, size_t axis, const Tensor& like) {
  const auto counted = [&](int64_t count) {
    return arange(double(count), DType::i64, like.device());
  };
  const bool down = axis == 0;
  const Tensor taps =
      reshape(counted(down ? g.rows : g.columns) * g.dilation[axis] - g.padding[axis],
              down ? Dims{g.rows, 1, 1, 1} : Dims{1, g.columns, 1, 1});
  const Tensor steps = reshape(counted(down ? g.out_height : g.out_width) * g.stride[axis],
                               down ? Dims{1, 1, g.out_height, 1} : Dims{1, 1, 1, g.out_width});
  const Tensor places = expand(taps + steps, {g.rows, g.columns, g.out_height, g.out_width});
  return cast(reshape(places, {1, 1, g.taps, g.out_height, g.out_width}), like.dtype());
}

// The two pixels around each place along one axis, and their weights, which are 0 outside of the
// picture.
struct Neighbours {
  Tensor low, high;  // i64, inside
  Tensor low_weight, high_weight;
  Neighbours(const Tensor& place, int64_t size) {
    const Tensor below = floor(place), part = place - below;
    std::tie(low, low_weight) = pixel(below, 1 - part, size);
    std::tie(high, high_weight) = pixel(below + 1, part, size);
  }

 private:
  static std::pair<Tensor, Tensor> pixel(const Tensor& at, const Tensor& weight, int64_t size) {
    const Tensor inside = logical_and(ge(at, 0), lt(at, size)),
                 outside = logical_or(lt(at, 0), ge(at, size));  // NaN is neither
    return {cast(where(inside, at, 0), DType::i64), where(outside, 0, weight)};
  }
};

// What the taps see: [N, C, taps, out H out W].
Tensor seen_by_taps(const Tensor& input, const Tensor& offset, const Tensor& mask,
                    const DeformGeometry& g) {
  const int64_t places = g.taps * g.out_height * g.out_width,
                per_group = g.channels / g.offset_groups;
  const Tensor moves =
      reshape(offset, {g.n, g.offset_groups, g.taps, 2, g.out_height, g.out_width});
  const Neighbours down(select(moves, 3, 0) + still_places(g, 0, input), g.height),
      across(select(moves, 3, 1) + still_places(g, 1, input), g.width);
  const Tensor pixels = reshape(input, {g.n, g.offset_groups, per_group, g.height * g.width});
  const auto corner = [&](const Tensor& y, const Tensor& x, const Tensor& wy, const Tensor& wx) {
    const Tensor index = reshape(y * g.width + x, {g.n, g.offset_groups, 1, places}),
                 weight = reshape(wy * wx, {g.n, g.offset_groups, 1, places});
    return gather(pixels, 3, expand(index, {g.n, g.offset_groups, per_group, places})) * weight;
  };
  const Tensor out = corner(down.low, across.low, down.low_weight, across.low_weight) +
                     corner(down.low, across.high, down.low_weight, across.high_weight) +
                     corner(down.high, across.low, down.high_weight, across.low_weight) +
                     corner(down.high, across.high, down.high_weight, across.high_weight);
  return mask.defined() ? out * reshape(mask, {g.n, g.offset_groups, 1, places}) : out;
}

Tensors compose_deform_conv2d(const Call& c) {
  const DeformGeometry g = geometry(c);
  return {in_single(c.in(input_slot), [&](const Tensor& x) {
    const auto wide = [&](int slot) {
      return c.has(slot) ? cast(c.in(slot), x.dtype()) : Tensor();
    };
    const int64_t places = g.out_height * g.out_width,
                  each = g.channels / g.groups * g.taps;  // what one output is made of
    const Tensor seen = reshape(seen_by_taps(x, wide(offset_slot), wide(mask_slot), g),
                                {g.n, g.groups, each, places});
    const Tensor weight = reshape(wide(weight_slot), {g.groups, g.out_channels / g.groups, each});
    const Tensor out =
        reshape(matmul(weight, seen), {g.n, g.out_channels, g.out_height, g.out_width});
    return c.has(bias_slot) ? out + reshape(wide(bias_slot), {g.out_channels, 1, 1}) : out;
  })};
}

}  // namespace

constinit const Op op::deform_conv2d = {
    .name = "deform_conv2d",
    .what =
        "conv2d whose taps are moved by offset [N, 2 groups taps, out H, out W], as (y, x), and "
        "weighed by mask; what lies outside of the picture is 0.",
    .source = "torchvision.ops.deform_conv2d; Dai et al. 2017, Zhu et al. 2018",
    .inputs = {"input", "offset", "weight", "bias?", "mask?"},
    .attributes = attrs_type<DeformConvOptions>,
    .onnx = {{.type = "DeformConv",
              .since = 19,
              .to = onnx::write_deform_conv,
              .from = onnx::read_deform_conv}},
    .precision = Precision::f32,
    .compose = compose_deform_conv2d,
};

Tensor deform_conv2d(const Tensor& input, const Tensor& offset, const Tensor& weight,
                     const Tensor& bias, const DeformConvOptions& options, const Tensor& mask) {
  return call(op::deform_conv2d, {input, offset, weight, bias, mask}, options);
}

}  // namespace hebb
