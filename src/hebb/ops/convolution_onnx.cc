// ops/convolution_onnx.cc: the ONNX forms of convolutions.

#include "hebb/ops/convolution_onnx.h"

#include "hebb/ops/convolution.h"
#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_window.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"
#include "hebb/ops/spatial.h"

namespace hebb::onnx {
namespace {

size_t spatial_dimensions(const OnnxWriter& w) {
  return w.operand(1).shape().size() - 2;
}

// The node over a batch: one sample becomes one, and its result a sample again.
OnnxValue over_batch(OnnxWriter& w, const OnnxAttributes& attributes) {
  const bool one_sample = w.operand(0).dim() == w.operand(1).dim() - 1;
  const OnnxValue x = one_sample ? w.unsqueeze(w.in(0), {0}) : w.in(0);
  const OnnxValue out = w.add(w.form.type, {x, w.in(1), w.in(2)}, attributes);
  return one_sample ? w.squeeze(out, {0}) : out;
}

Dims kernel_sizes(const OnnxReader& r) {
  const Tensor& weight = r.in(1);
  r.require(weight.dim() >= 3 && weight.dim() <= 5, "weight {} should have 3 to 5 dimensions",
            describe(weight));
  const Dims sizes = spatial_sizes(weight);
  const Dims told = r.ints("kernel_shape", sizes);
  r.require(told == sizes, "kernel_shape {} is not that of weight {}", told, describe(weight));
  return sizes;
}

}  // namespace

OnnxValues write_conv(OnnxWriter& w) {
  const auto& a = w.attributes<ConvOptions>();
  const size_t n = spatial_dimensions(w);
  const Dims kernel = spatial_sizes(w.operand(1)), dilation = per_dimension(a.dilation, n, "");
  Dims before, after;
  if (a.padding == same_padding) {
    for (size_t i = 0; i < n; ++i) {
      const int64_t total = dilation[i] * (kernel[i] - 1);
      before.push_back(total / 2);
      after.push_back(total - total / 2);
    }
  } else {
    before = after = per_dimension(a.padding, n, "");
  }
  return {over_batch(w, {{"kernel_shape", kernel},
                         {"strides", per_dimension(a.stride, n, "")},
                         {"pads", both_sides(before, after)},
                         {"dilations", dilation},
                         {"group", a.groups}})};
}

Tensors read_conv(const OnnxReader& r) {
  const Dims kernel = kernel_sizes(r);
  const OnnxWindow window = onnx_window(r, kernel);
  ConvOptions options{window.stride, window.before, window.dilation, r.integer("group", 1)};
  Tensor x = r.in(0);
  if (!window.is_even()) {
    x = padded_for_onnx(x, window, 0);
    options.padding = {0};
  }
  const Op* const ops[] = {&op::conv1d, &op::conv2d, &op::conv3d};
  return {call(*ops[kernel.size() - 1], {x, r.in(1), r.maybe(2)}, options)};
}

OnnxValues write_conv_transpose(OnnxWriter& w) {
  const auto& a = w.attributes<ConvTransposeOptions>();
  const size_t n = spatial_dimensions(w);
  const Dims padding = per_dimension(a.padding, n, "");
  return {over_batch(w, {{"kernel_shape", spatial_sizes(w.operand(1))},
                         {"strides", per_dimension(a.stride, n, "")},
                         {"pads", both_sides(padding, padding)},
                         {"output_padding", per_dimension(a.output_padding, n, "")},
                         {"dilations", per_dimension(a.dilation, n, "")},
                         {"group", a.groups}})};
}

Tensors read_conv_transpose(const OnnxReader& r) {
  const Dims kernel = kernel_sizes(r);
  const std::string automatic = r.text("auto_pad", "NOTSET");
  r.require(automatic == "NOTSET" || automatic == "VALID",
            "auto_pad is '{}', of which NOTSET and VALID are read", automatic);
  const OnnxWindow window = onnx_window(r, kernel);
  ConvTransposeOptions options{window.stride, window.before,
                               r.ints("output_padding", Dims(kernel.size(), 0)),
                               r.integer("group", 1), window.dilation};
  if (!window.is_even())
    options.padding = {0};
  const Op* const ops[] = {&op::conv_transpose1d, &op::conv_transpose2d, &op::conv_transpose3d};
  Tensor out = call(*ops[kernel.size() - 1], {r.in(0), r.in(1), r.maybe(2)}, options);
  if (!window.is_even())
    for (size_t i = 0; i < kernel.size(); ++i) {
      const int64_t dim = int64_t(i) + 2;
      out = slice(out, dim, Slice(window.before[i], out.size(dim) - window.after[i]));
    }
  return {out};
}

OnnxValues write_deform_conv(OnnxWriter& w) {
  const auto& a = w.attributes<DeformConvOptions>();
  const Tensor &x = w.operand(0), &offset = w.operand(1), &weight = w.operand(2);
  const Dims kernel = spatial_sizes(weight), padding = per_dimension(a.padding, 2, "");
  return {w.add("DeformConv", {w.in(0), w.in(2), w.in(1), w.in(3), w.in(4)},
                {{"kernel_shape", kernel},
                 {"strides", per_dimension(a.stride, 2, "")},
                 {"pads", both_sides(padding, padding)},
                 {"dilations", per_dimension(a.dilation, 2, "")},
                 {"group", x.size(1) / weight.size(1)},
                 {"offset_group", offset.size(1) / (2 * product(kernel))}})};
}

Tensors read_deform_conv(const OnnxReader& r) {
  const Dims kernel = kernel_sizes(r);
  const Tensor &x = r.in(0), &weight = r.in(1), &offset = r.in(2);
  r.require(kernel.size() == 2, "weight {} should have 4 dimensions", describe(weight));
  const int64_t groups = r.integer("group", 1), offset_groups = r.integer("offset_group", 1);
  r.require(x.dim() == 4 && x.size(1) == weight.size(1) * groups,
            "group is {}, but input {} and weight {} have others", groups, describe(x),
            describe(weight));
  r.require(offset.dim() == 4 && offset.size(1) == 2 * product(kernel) * offset_groups,
            "offset_group is {}, but offset {} has others", offset_groups, describe(offset));
  const OnnxWindow window = onnx_window(r, kernel);
  // Zeros around the picture are what is seen outside of it.
  const Tensor around = window.is_even() ? x : padded_for_onnx(x, window, 0);
  return {deform_conv2d(
      around, offset, weight, r.maybe(3),
      {window.stride, window.is_even() ? window.before : Dims{0}, window.dilation}, r.maybe(4))};
}

}  // namespace hebb::onnx
