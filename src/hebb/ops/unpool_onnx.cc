// ops/unpool_onnx.cc: the ONNX form of unpooling. ONNX's indices count through all samples and
// channels of the result, ours within a plane.

#include "hebb/ops/unpool_onnx.h"

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_window.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/unpool.h"

namespace hebb::onnx {
namespace {

// The first index of each plane: i64 [N, C, 1, ...].
Tensor plane_starts(const Dims& shape) {
  const int64_t planes = shape[0] * shape[1],
                size = product(std::span<const int64_t>(shape).subspan(2));
  std::vector<int64_t> starts;
  for (int64_t p = 0; p < planes; ++p)
    starts.push_back(p * size);
  Dims wide(shape.size(), 1);
  wide[0] = shape[0];
  wide[1] = shape[1];
  return Tensor::from(starts, wide);
}

}  // namespace

OnnxValues write_max_unpool(OnnxWriter& w) {
  const auto& o = w.attributes<UnpoolOptions>();
  const std::string_view name = w.call.op().name;
  const auto spatial = size_t(name[name.size() - 2] - '0');  // "max_unpool2d"
  const bool one_sample = w.operand(0).dim() == int64_t(spatial) + 1;
  const auto batch = [&](int slot) {
    return one_sample ? w.unsqueeze(w.in(slot), {0}) : w.in(slot);
  };
  Dims shape = w.call.out(0).shape();
  if (one_sample)
    shape.insert(0, 1);
  const Dims kernel = per_dimension(o.kernel_size, spatial, "kernel_size"),
             stride = o.stride.empty() ? kernel : per_dimension(o.stride, spatial, "stride"),
             padding = per_dimension(o.padding, spatial, "padding");
  const OnnxValue indices = w.add("Add", {batch(1), w.constant(plane_starts(shape))}),
                  out = w.add("MaxUnpool", {batch(0), indices, w.ints(shape)},
                              {{"kernel_shape", kernel},
                               {"strides", stride},
                               {"pads", both_sides(padding, padding)}});
  return {one_sample ? w.squeeze(out, {0}) : out};
}

Tensors read_max_unpool(const OnnxReader& r) {
  const Dims kernel = r.ints("kernel_shape");
  r.require(!kernel.empty() && kernel.size() <= 3, "kernel_shape {} should have 1 to 3 sizes",
            kernel);
  const OnnxWindow window = onnx_window(r, kernel);
  r.require(window.is_even(), "pads differ between the sides");
  UnpoolOptions options{kernel, window.stride, window.before, r.ints_or_none(2)};
  const Tensor& x = r.in(0);
  int64_t plane = 1;
  for (size_t i = 0; i < kernel.size(); ++i)
    plane *=
        options.output_size.empty()
            ? (x.size(int64_t(i) + 2) - 1) * window.stride[i] - 2 * window.before[i] + kernel[i]
            : options.output_size[options.output_size.size() - kernel.size() + i];
  const Tensor indices = remainder(r.in(1), plane);
  switch (kernel.size()) {
    case 1:
      return {max_unpool1d(x, indices, options)};
    case 2:
      return {max_unpool2d(x, indices, options)};
    default:
      return {max_unpool3d(x, indices, options)};
  }
}

}  // namespace hebb::onnx
