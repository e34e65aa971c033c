// ops/ps_roi.cc: regions of pictures whose bins read channels of their own.

#include "hebb/ops/kinds.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/regions.h"
#include "hebb/ops/roi.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/roi.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Specs position_sensitive(const Call& c, const Dims& output_size, double scale) {
  check_regions(c.in(0), c.in(1));
  check_scale(scale);
  const Dims size = bins_of(output_size);
  const int64_t channels = c.in(0).size(1), bins = product(size);
  check(channels % bins == 0, "input {} has {} channels, which should be a multiple of the {} bins",
        c.in(0).shape(), channels, bins);
  return {{c.in(0).dtype(), {c.in(1).size(0), channels / bins, size[0], size[1]}}};
}

template <class Backward>
Specs infer_backward(const Call& c) {
  return {{c.in(0).dtype(), c.attributes<Backward>().shape}};
}

}  // namespace

static Specs infer_ps_roi_align(const Call& c) {
  const auto& a = c.attributes<PsRoiAlignAttrs>();
  check_sampling_ratio(a.sampling_ratio);
  return position_sensitive(c, a.output_size, a.spatial_scale);
}

static Grads ps_roi_align_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<PsRoiAlignAttrs>();
  return {call(
      op::ps_roi_align_backward, {dy[0], c.in(1)},
      PsRoiAlignBackwardAttrs{a.output_size, a.spatial_scale, a.sampling_ratio, c.in(0).shape()})};
}

constinit const Op op::ps_roi_align = {
    .name = "ps_roi_align",
    .what =
        "roi_align, moved by half a pixel, whose bin (i, j) reads channel (c rows + i) columns + j "
        "of [N, C rows columns, H, W]: -> [K, C, output_size].",
    .source = "torchvision.ops.ps_roi_align; Li et al. 2017",
    .inputs = {"input", "boxes"},
    .attributes = attrs_type<PsRoiAlignAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .infer = infer_ps_roi_align,
    .kernel = kernel::ps_roi_align,
    .keep = {Keep::input(1)},
    .vjp = ps_roi_align_vjp,
};

constinit const Op op::ps_roi_align_backward = GradientKernel{
    .name = "ps_roi_align_backward",
    .what = "The gradient of ps_roi_align's input: each bin's, spread over its channel's pixels.",
    .inputs = {"grad", "boxes"},
    .attributes = attrs_type<PsRoiAlignBackwardAttrs>,
    .infer = infer_backward<PsRoiAlignBackwardAttrs>,
    .kernel = kernel::ps_roi_align_backward,
    .keep = {Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      const auto& a = c.attributes<PsRoiAlignBackwardAttrs>();
      return {
          hebb::ps_roi_align(dy[0], c.in(1), {a.output_size, a.spatial_scale, a.sampling_ratio})};
    },
};

static Specs infer_ps_roi_pool(const Call& c) {
  const auto& a = c.attributes<RoiPoolAttrs>();
  return position_sensitive(c, a.output_size, a.spatial_scale);
}

static Grads ps_roi_pool_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<RoiPoolAttrs>();
  return {call(op::ps_roi_pool_backward, {dy[0], c.in(1)},
               RoiPoolBackwardAttrs{a.output_size, a.spatial_scale, c.in(0).shape()})};
}

constinit const Op op::ps_roi_pool = {
    .name = "ps_roi_pool",
    .what =
        "The means of the pixels in boxes' bins, of which (i, j) reads channel (c rows + i) "
        "columns + j of [N, C rows columns, H, W]: -> [K, C, output_size].",
    .source = "torchvision.ops.ps_roi_pool; Dai et al. 2016",
    .inputs = {"input", "boxes"},
    .attributes = attrs_type<RoiPoolAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .infer = infer_ps_roi_pool,
    .kernel = kernel::ps_roi_pool,
    .keep = {Keep::input(1)},
    .vjp = ps_roi_pool_vjp,
};

constinit const Op op::ps_roi_pool_backward = GradientKernel{
    .name = "ps_roi_pool_backward",
    .what = "The gradient of ps_roi_pool's input: each bin's, in equal parts over its pixels.",
    .inputs = {"grad", "boxes"},
    .attributes = attrs_type<RoiPoolBackwardAttrs>,
    .infer = infer_backward<RoiPoolBackwardAttrs>,
    .kernel = kernel::ps_roi_pool_backward,
    .keep = {Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      const auto& a = c.attributes<RoiPoolBackwardAttrs>();
      return {hebb::ps_roi_pool(dy[0], c.in(1), {a.output_size, a.spatial_scale})};
    },
};

Tensor ps_roi_align(const Tensor& input, const Tensor& boxes, const PsRoiAlignAttrs& options) {
  return call(op::ps_roi_align, {input, boxes}, options);
}
Tensor ps_roi_pool(const Tensor& input, const Tensor& boxes, const RoiPoolAttrs& options) {
  return call(op::ps_roi_pool, {input, boxes}, options);
}

}  // namespace hebb
