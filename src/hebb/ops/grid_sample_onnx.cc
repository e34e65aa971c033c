// ops/grid_sample_onnx.cc: the ONNX forms of grid sampling and of affine grids.

#include "hebb/ops/grid_sample_onnx.h"

#include "hebb/ops/grid_sample.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"

namespace hebb::onnx {

// Opset 20 has other words for the modes, and volumes.
OnnxValues write_grid_sample(OnnxWriter& w) {
  const auto& a = w.attributes<GridSampleAttrs>();
  const bool is_new = w.opset >= 20;
  w.require(is_new || w.operand(0).dim() == 4, "ONNX's GridSample has volumes from opset 20 on");
  const std::string mode = !is_new || a.mode == "nearest" ? a.mode
                           : a.mode == "bicubic"          ? "cubic"
                                                          : "linear";
  return {w.add("GridSample", {w.in(0), w.in(1)},
                {{"mode", std::string_view(mode)},
                 {"padding_mode", std::string_view(a.padding_mode)},
                 {"align_corners", a.align_corners}})};
}

OnnxValues write_affine_grid(OnnxWriter& w) {
  const auto& a = w.attributes<AffineGridAttrs>();
  for (size_t i = 2; i < a.size.size(); ++i)
    w.require(!a.align_corners || a.size[i] > 1,
              "with align_corners ONNX has one pixel at -1, not in the middle");
  return {w.add("AffineGrid", {w.in(0), w.ints(a.size)}, {{"align_corners", a.align_corners}})};
}

Tensors read_grid_sample(const OnnxReader& r) {
  const std::string mode = r.text("mode", r.opset >= 20 ? "linear" : "bilinear");
  return {grid_sample(r.in(0), r.in(1),
                      {.mode = mode == "cubic"    ? "bicubic"
                               : mode == "linear" ? "bilinear"
                                                  : mode,
                       .padding_mode = r.text("padding_mode", "zeros"),
                       .align_corners = r.flag("align_corners", false)})};
}

Tensors read_affine_grid(const OnnxReader& r) {
  const Dims size = r.ints(1);
  const bool corners = r.flag("align_corners", false);
  for (size_t i = 2; i < size.size(); ++i)
    r.require(!corners || size[i] > 1,
              "with align_corners a size of 1 is not read: ONNX has that pixel at -1");
  return {affine_grid(r.in(0), size, corners)};
}

}  // namespace hebb::onnx
