// ops/pooling_onnx.cc: the ONNX forms of pooling.

#include "hebb/ops/pooling_onnx.h"

#include <limits>

#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_window.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"
#include "hebb/ops/spatial.h"

namespace hebb::onnx {
namespace {

struct Windows {
  size_t n;
  bool one_sample;
  Dims sizes;  // of the input
  Dims kernel, stride, padding, dilation;
};

// n spatial dimensions, as the operator's name says: "max_pool2d".
size_t spatial_count(const OnnxWriter& w) {
  const std::string_view name = w.call.op().name;
  return size_t(name[name.size() - 2] - '0');
}

Dims last_sizes(const Tensor& tensor, size_t n) {
  return Dims(std::span<const int64_t>(tensor.shape()).last(n));
}

Windows windows_of(const OnnxWriter& w, const Dims& kernel, const Dims& stride, const Dims& padding,
                   const Dims& dilation) {
  Windows a;
  a.n = spatial_count(w);
  a.one_sample = w.operand(0).dim() == int64_t(a.n) + 1;
  a.sizes = last_sizes(w.operand(0), a.n);
  a.kernel = per_dimension(kernel, a.n, "");
  a.stride = stride.empty() ? a.kernel : per_dimension(stride, a.n, "");
  a.padding = per_dimension(padding, a.n, "");
  a.dilation = per_dimension(dilation, a.n, "");
  return a;
}

int64_t reach(const Windows& a, size_t i) {
  return a.dilation[i] * (a.kernel[i] - 1) + 1;
}

// Some last window does not lie in the padded input.
bool sticks_out(const Windows& a, const Dims& out) {
  for (size_t i = 0; i < a.n; ++i)
    if ((out[i] - 1) * a.stride[i] + reach(a, i) > a.sizes[i] + 2 * a.padding[i])
      return true;
  return false;
}

// PyTorch leaves out a last window that starts behind the input; ONNX's older runtimes count it.
void check_ceil_mode(const OnnxWriter& w, const Windows& a) {
  const Dims out = last_sizes(w.call.out(0), a.n);
  for (size_t i = 0; i < a.n; ++i) {
    const int64_t room = a.sizes[i] + 2 * a.padding[i] - reach(a, i);
    w.require(out[i] == (room + a.stride[i] - 1) / a.stride[i] + 1,
              "ceil_mode leaves out a window that starts in the padding of dimension {}, which "
              "ONNX does not promise",
              i);
  }
}

OnnxAttributes attributes_of(const Windows& a) {
  return {{"kernel_shape", a.kernel},
          {"strides", a.stride},
          {"pads", both_sides(a.padding, a.padding)}};
}

OnnxValue batch(OnnxWriter& w, const Windows& a) {
  return a.one_sample ? w.unsqueeze(w.in(0), {0}) : w.in(0);
}
OnnxValue as_given(OnnxWriter& w, const Windows& a, const OnnxValue& out) {
  return a.one_sample ? w.squeeze(out, {0}) : out;
}

OnnxValues max_pool(OnnxWriter& w, const Windows& a, const OnnxAttributes& attributes) {
  const OnnxValue x = batch(w, a);
  if (user_results(w.call) == 1)
    return {as_given(w, a, w.add("MaxPool", {x}, attributes))};
  const DType dtypes[] = {x.dtype, DType::i64};
  const OnnxValues both = w.add_all("MaxPool", {x}, attributes, dtypes);
  // ONNX counts through all samples and channels.
  const OnnxValue plane = w.number(double(product(a.sizes)), DType::i64),
                  position = w.add("Mod", {both[1], plane});
  return {as_given(w, a, both[0]), as_given(w, a, position)};
}

// Windows of equal size side by side, where the results divide the input. A size of keep_size
// stays.
Windows adaptive_windows(const OnnxWriter& w, const Dims& output_size) {
  Windows a = windows_of(w, {1}, {}, {0}, {1});
  const Dims wanted = last_sizes(w.call.out(0), a.n);
  for (size_t i = 0; i < a.n; ++i) {
    w.require(wanted[i] > 0 && a.sizes[i] > 0 && a.sizes[i] % wanted[i] == 0,
              "ONNX has no windows of different sizes: output_size {} does not divide the input {}",
              output_size, a.sizes);
    a.kernel[i] = a.stride[i] = a.sizes[i] / wanted[i];
  }
  return a;
}

bool is_global(const OnnxWriter& w, const Windows& a) {
  return product(last_sizes(w.call.out(0), a.n)) == 1;
}

Dims kernel_attribute(const OnnxReader& r) {
  const Dims kernel = r.ints("kernel_shape");
  r.require(!kernel.empty() && kernel.size() <= 3, "kernel_shape {} should have 1 to 3 sizes",
            kernel);
  return kernel;
}

// Positions in a plane of [N, C, ...], counted through all planes.
Tensor through_all(const Tensor& positions, const Tensor& x) {
  const int64_t planes = x.size(0) * x.size(1);
  Dims shape(size_t(x.dim()), 1);
  shape[0] = x.size(0);
  shape[1] = x.size(1);
  const Tensor first =
      arange(double(planes), DType::i64, x.device()) * (planes > 0 ? x.numel() / planes : 0);
  return positions + reshape(first, shape);
}

// All behind the channels, of which there may be any number.
Dims spatial_dims(const OnnxReader& r) {
  const Tensor& x = r.in(0);
  r.require(x.dim() >= 3, "input {} should have at least 3 dimensions", describe(x));
  Dims dims;
  for (int64_t i = 2; i < x.dim(); ++i)
    dims.push_back(i);
  return dims;
}

Tensor avg_pool(const Tensor& x, const AvgPoolOptions& options) {
  const Op* const ops[] = {&op::avg_pool1d, &op::avg_pool2d, &op::avg_pool3d};
  return call(*ops[options.kernel_size.size() - 1], {x}, options);
}

}  // namespace

OnnxValues write_max_pool(OnnxWriter& w) {
  const auto& o = w.attributes<MaxPoolOptions>();
  const Windows a = windows_of(w, o.kernel_size, o.stride, o.padding, o.dilation);
  if (o.ceil_mode)
    check_ceil_mode(w, a);
  OnnxAttributes attributes = attributes_of(a);
  attributes.emplace_back("dilations", a.dilation);
  attributes.emplace_back("ceil_mode", o.ceil_mode);
  return max_pool(w, a, attributes);
}

Tensors read_max_pool(const OnnxReader& r) {
  const Dims kernel = kernel_attribute(r);
  const OnnxWindow window = onnx_window(r, kernel);
  r.require(!r.flag("storage_order", false), "storage_order is 1, of which only 0 is read");
  MaxPoolOptions options{
      kernel,    window.stride, window.before, window.dilation, r.flag("ceil_mode", false),
      r.wants(1)};
  Tensor x = r.in(0);
  if (!window.is_even()) {
    r.require(!r.wants(1), "positions are not read beside pads that differ between the sides");
    x = padded_for_onnx(x, window, -std::numeric_limits<double>::infinity());
    options.padding = {0};
  }
  const Op* const ops[] = {&op::max_pool1d, &op::max_pool2d, &op::max_pool3d};
  Tensors results = call_all(*ops[kernel.size() - 1], {x}, options);
  if (r.wants(1))
    results[1] = through_all(results[1], x);
  return results;
}

OnnxValues write_avg_pool(OnnxWriter& w) {
  const auto& o = w.attributes<AvgPoolOptions>();
  const Windows a = windows_of(w, o.kernel_size, o.stride, o.padding, {1});
  const bool any_padding = a.padding != Dims(a.n, 0);
  const bool whole = o.divisor_override || (o.count_include_pad && any_padding);
  if (o.ceil_mode)
    check_ceil_mode(w, a);
  w.require(!(whole && sticks_out(a, last_sizes(w.call.out(0), a.n))),
            "ONNX does not say what a window that sticks out is divided by, beside "
            "count_include_pad or divisor_override");
  OnnxAttributes attributes = attributes_of(a);
  attributes.emplace_back("ceil_mode", o.ceil_mode);
  attributes.emplace_back("count_include_pad", whole);
  OnnxValue out = w.add("AveragePool", {batch(w, a)}, attributes);
  if (o.divisor_override) {
    const double factor = double(product(a.kernel)) / double(*o.divisor_override);
    out = w.add("Mul", {out, w.number(factor, out.dtype)});
  }
  return {as_given(w, a, out)};
}

Tensors read_avg_pool(const OnnxReader& r) {
  const Dims kernel = kernel_attribute(r);
  const OnnxWindow window = onnx_window(r, kernel);
  r.require(window.dilation == Dims(kernel.size(), 1), "dilations {} are not read, only 1",
            window.dilation);
  const bool with_padding = r.flag("count_include_pad", false);
  AvgPoolOptions options{kernel, window.stride, window.before, r.flag("ceil_mode", false),
                         with_padding};
  if (window.is_even())
    return {avg_pool(r.in(0), options)};
  options.padding = {0};
  const Tensor means = avg_pool(padded_for_onnx(r.in(0), window, 0), options);
  if (with_padding)
    return {means};
  return {means / avg_pool(padded_for_onnx(ones_like(r.in(0)), window, 0), options)};
}

OnnxValues write_adaptive_avg_pool(OnnxWriter& w) {
  const Windows a = adaptive_windows(w, w.attributes<AdaptiveAvgPoolOptions>().output_size);
  const OnnxValue x = batch(w, a);
  const OnnxValue out = is_global(w, a) ? w.add("GlobalAveragePool", {x})
                                        : w.add("AveragePool", {x}, attributes_of(a));
  return {as_given(w, a, out)};
}

OnnxValues write_adaptive_max_pool(OnnxWriter& w) {
  const Windows a = adaptive_windows(w, w.attributes<AdaptivePoolOptions>().output_size);
  if (is_global(w, a) && user_results(w.call) == 1)
    return {as_given(w, a, w.add("GlobalMaxPool", {batch(w, a)}))};
  return max_pool(w, a, attributes_of(a));
}

Tensors read_global_average_pool(const OnnxReader& r) {
  return {mean(r.in(0), spatial_dims(r), true)};
}
Tensors read_global_max_pool(const OnnxReader& r) {
  return {amax(r.in(0), spatial_dims(r), true)};
}

}  // namespace hebb::onnx
