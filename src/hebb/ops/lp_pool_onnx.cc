// ops/lp_pool_onnx.cc: the ONNX forms of power means and of local response normalisation.

#include "hebb/ops/lp_pool_onnx.h"

#include <cmath>

#include "hebb/ops/lp_pool.h"
#include "hebb/ops/math.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_window.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/spatial.h"

namespace hebb::onnx {
namespace {

Tensor lp_pool(const Tensor& x, const LpPoolOptions& options) {
  switch (options.kernel_size.size()) {
    case 1:
      return lp_pool1d(x, options);
    case 2:
      return lp_pool2d(x, options);
    default:
      return lp_pool3d(x, options);
  }
}

}  // namespace

// ONNX takes the magnitudes, which an even power does, too.
OnnxValues write_lp_pool(OnnxWriter& w) {
  const auto& o = w.attributes<LpPoolOptions>();
  const std::string_view name = w.call.op().name;
  const auto spatial = size_t(name[name.size() - 2] - '0');  // "lp_pool2d"
  w.require(o.norm_type > 0 && std::fmod(o.norm_type, 2) == 0 && o.norm_type < 1e6,
            "ONNX's LpPool takes magnitudes, which are the same for an even norm_type only, not {}",
            o.norm_type);
  w.require(!o.ceil_mode, "ONNX's LpPool counts what lies behind the end as zeros (ceil_mode)");
  const Dims kernel = per_dimension(o.kernel_size, spatial, "kernel_size"),
             stride = o.stride.empty() ? kernel : per_dimension(o.stride, spatial, "stride");
  const bool one_sample = w.operand(0).dim() == int64_t(spatial) + 1;
  const OnnxValue x = one_sample ? w.unsqueeze(w.in(0), {0}) : w.in(0),
                  out = w.add(
                      "LpPool", {x},
                      {{"kernel_shape", kernel}, {"strides", stride}, {"p", int64_t(o.norm_type)}});
  return {one_sample ? w.squeeze(out, {0}) : out};
}

Tensors read_lp_pool(const OnnxReader& r) {
  const Dims kernel = r.ints("kernel_shape");
  r.require(!kernel.empty() && kernel.size() <= 3, "kernel_shape {} should have 1 to 3 sizes",
            kernel);
  const OnnxWindow window = onnx_window(r, kernel);
  r.require(window.dilation == Dims(kernel.size(), 1), "dilations {} are not read, only 1",
            window.dilation);
  r.require(!r.flag("ceil_mode", false), "ceil_mode is 1, should be 0");
  const Tensor x = padded_for_onnx(abs(r.in(0)), window, 0);
  return {lp_pool(
      x, {.norm_type = double(r.integer("p", 2)), .kernel_size = kernel, .stride = window.stride})};
}

OnnxValues write_lrn(OnnxWriter& w) {
  const auto& a = w.attributes<LocalResponseNormAttrs>();
  w.require(a.size % 2 == 1, "ONNX's LRN has its middle elsewhere for an even size, as {}", a.size);
  // Runtimes take pictures only.
  const Dims& shape = w.operand(0).shape();
  const bool flat = shape.size() != 4;
  const OnnxValue x =
      flat ? w.reshape(w.in(0),
                       {shape[0], shape[1], 1, product(std::span<const int64_t>(shape).subspan(2))})
           : w.in(0);
  const OnnxValue out =
      w.add("LRN", {x}, {{"size", a.size}, {"alpha", a.alpha}, {"beta", a.beta}, {"bias", a.k}});
  return {flat ? w.reshape(out, shape) : out};
}

Tensors read_lrn(const OnnxReader& r) {
  const int64_t size = r.integer("size", 0);
  r.require(size >= 1 && size % 2 == 1, "size is {}, should be odd", size);
  return {local_response_norm(r.in(0), {.size = size,
                                        .alpha = r.real("alpha", 1e-4),
                                        .beta = r.real("beta", 0.75),
                                        .k = r.real("bias", 1)})};
}

}  // namespace hebb::onnx
