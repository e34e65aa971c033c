// ops/patches_onnx.cc: the ONNX forms of pixel shuffles and of fold.

#include "hebb/ops/patches_onnx.h"

#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/patches.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/views.h"

namespace hebb::onnx {
namespace {

// The last three dimensions, split into `parts`, put into `order`, and given the result's shape.
OnnxValue rearranged(OnnxWriter& w, const Dims& parts, const Dims& order) {
  const Dims& shape = w.operand(0).shape();
  const size_t leading = shape.size() - 3;
  Dims split(std::span<const int64_t>(shape).first(leading)), perm;
  for (size_t i = 0; i < leading; ++i)
    perm.push_back(int64_t(i));
  for (int64_t size : parts)
    split.push_back(size);
  for (int64_t axis : order)
    perm.push_back(int64_t(leading) + axis);
  const OnnxValue moved = w.add("Transpose", {w.reshape(w.in(0), split)}, {{"perm", perm}});
  return w.reshape(moved, w.call.out(0).shape());
}

}  // namespace

OnnxValues write_pixel_shuffle(OnnxWriter& w) {
  const int64_t r = w.attributes<PixelShuffleAttrs>().upscale_factor;
  const Tensor& x = w.operand(0);
  if (x.dim() == 4)
    return {w.add("DepthToSpace", {w.in(0)}, {{"blocksize", r}, {"mode", "CRD"}})};
  return {rearranged(w, {x.size(-3) / (r * r), r, r, x.size(-2), x.size(-1)}, {0, 3, 1, 4, 2})};
}

OnnxValues write_pixel_unshuffle(OnnxWriter& w) {
  const int64_t r = w.attributes<PixelUnshuffleAttrs>().downscale_factor;
  const Tensor& x = w.operand(0);
  return {rearranged(w, {x.size(-3), x.size(-2) / r, r, x.size(-1) / r, r}, {0, 2, 4, 1, 3})};
}

OnnxValues write_channel_shuffle(OnnxWriter& w) {
  const int64_t groups = w.attributes<ChannelShuffleAttrs>().groups;
  const Dims& shape = w.operand(0).shape();
  const Dims split = {shape[0], groups, shape[1] / groups,
                      product(std::span<const int64_t>(shape).subspan(2))};
  const OnnxValue moved =
      w.add("Transpose", {w.reshape(w.in(0), split)}, {{"perm", Dims{0, 2, 1, 3}}});
  return {w.reshape(moved, shape)};
}

OnnxValues write_fold(OnnxWriter& w) {
  const auto& o = w.attributes<FoldOptions>();
  const bool one_sample = w.operand(0).dim() == 2;
  const OnnxValue x = one_sample ? w.unsqueeze(w.in(0), {0}) : w.in(0);
  const Dims padding = per_dimension(o.padding, 2, "padding");
  const OnnxValue out = w.add("Col2Im",
                              {x, w.ints(per_dimension(o.output_size, 2, "output_size")),
                               w.ints(per_dimension(o.kernel_size, 2, "kernel_size"))},
                              {{"dilations", per_dimension(o.dilation, 2, "dilation")},
                               {"pads", Dims{padding[0], padding[1], padding[0], padding[1]}},
                               {"strides", per_dimension(o.stride, 2, "stride")}});
  return {one_sample ? w.squeeze(out, {0}) : out};
}

Tensors read_depth_to_space(const OnnxReader& r) {
  const Tensor& x = r.in(0);
  const int64_t size = r.integer("blocksize", 0);
  r.require(x.dim() == 4, "input {} should be [N, C, H, W]", describe(x));
  r.require(size >= 1 && x.size(1) % (size * size) == 0,
            "blocksize is {}, its square should divide the {} channels", size, x.size(1));
  const std::string mode = r.text("mode", "DCR");
  if (mode == "CRD")
    return {pixel_shuffle(x, size)};
  r.require(mode == "DCR", "mode is {}, should be DCR or CRD", mode);
  const int64_t channels = x.size(1) / (size * size);
  const Tensor split = reshape(x, {x.size(0), size, size, channels, x.size(2), x.size(3)});
  return {reshape(permute(split, {0, 3, 4, 1, 5, 2}),
                  {x.size(0), channels, x.size(2) * size, x.size(3) * size})};
}

Tensors read_col2im(const OnnxReader& r) {
  const Dims size = r.ints(1), kernel = r.ints(2), pads = r.ints("pads", {0, 0, 0, 0});
  r.require(size.size() == 2 && kernel.size() == 2,
            "pictures of {} dimensions are not read, only 2", size.size());
  r.require(pads.size() == 4 && pads[0] == pads[2] && pads[1] == pads[3],
            "pads {} differ between the sides", pads);
  return {fold(r.in(0), {.output_size = size,
                         .kernel_size = kernel,
                         .dilation = r.ints("dilations", {1, 1}),
                         .padding = {pads[0], pads[1]},
                         .stride = r.ints("strides", {1, 1})})};
}

}  // namespace hebb::onnx
