// ops/interpolate_onnx.cc: the ONNX form of interpolation, Resize.

#include "hebb/ops/interpolate_onnx.h"

#include "hebb/ops/interpolate.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/tensor/to_host.h"

namespace hebb::onnx {
namespace {

bool is_cubic(const std::string& mode) {
  return mode == "bicubic";
}
bool is_nearest(const std::string& mode) {
  return mode.starts_with("nearest");
}

// The factors as an f32 vector, with 1 for samples and channels.
OnnxValue factors(OnnxWriter& w, const std::vector<double>& given, size_t spatial) {
  std::vector<float> all = {1, 1};
  for (size_t i = 0; i < spatial; ++i)
    all.push_back(float(given[given.size() == 1 ? 0 : i]));
  return w.constant(Tensor::from(all, {int64_t(all.size())}));
}

std::string mode_of(const OnnxReader& r, size_t spatial) {
  const std::string mode = r.text("mode", "nearest"),
                    place = r.text("coordinate_transformation_mode", "half_pixel"),
                    round = r.text("nearest_mode", "round_prefer_floor");
  const bool corners = place == "align_corners";
  if (mode == "nearest") {
    if (place == "asymmetric" && round == "floor")
      return "nearest";
    r.require(place == "half_pixel" && round == "round_prefer_ceil",
              "nearest_mode {} with {} is not read, only floor with asymmetric and "
              "round_prefer_ceil with half_pixel",
              round, place);
    return "nearest-exact";
  }
  r.require(corners || place == "half_pixel" || place == "pytorch_half_pixel",
            "coordinate_transformation_mode {} is not read beside mode {}", place, mode);
  if (mode == "cubic") {
    r.require(spatial == 2, "mode cubic is for pictures, the input has {} spatial dimensions",
              spatial);
    return "bicubic";
  }
  r.require(mode == "linear", "mode is {}, should be nearest, linear or cubic", mode);
  return spatial == 1 ? "linear" : spatial == 2 ? "bilinear" : "trilinear";
}

void check_filter(const OnnxReader& r, const InterpolateOptions& o) {
  const double usual = o.antialias ? -0.5 : -0.75, a = r.real("cubic_coeff_a", -0.75);
  r.require(!is_cubic(o.mode) || std::abs(a - usual) < 1e-6, "cubic_coeff_a is {}, should be {}", a,
            usual);
  r.require(r.flag("exclude_outside", false) == o.antialias,
            "exclude_outside should be 1 with antialias and 0 without");
  r.require(r.text("keep_aspect_ratio_policy", "stretch") == "stretch",
            "keep_aspect_ratio_policy is not read");
  r.require(!r.has("axes"), "axes are not read");
  r.skip("extrapolation_value");
}

}  // namespace

OnnxValues write_interpolate(OnnxWriter& w) {
  const auto& o = w.attributes<InterpolateOptions>();
  w.require(o.mode != "area", "ONNX's Resize has no windows of different sizes (mode area)");
  w.require(!o.antialias || w.opset >= 18, "ONNX's Resize has antialias from opset 18 on");
  w.require(!(o.antialias && is_cubic(o.mode) && o.align_corners.value_or(false)),
            "ONNX places the filter of antialias with align_corners elsewhere");
  const auto spatial = size_t(w.operand(0).dim()) - 2;
  const bool corners = o.align_corners.value_or(false);
  const bool by_factor = !o.scale_factor.empty() && !o.recompute_scale_factor.value_or(false);
  OnnxAttributes attributes = {
      {"mode", is_nearest(o.mode) ? "nearest"
               : is_cubic(o.mode) ? "cubic"
                                  : "linear"},
      {"coordinate_transformation_mode", corners               ? "align_corners"
                                         : o.mode == "nearest" ? "asymmetric"
                                                               : "half_pixel"}};
  if (is_nearest(o.mode))
    attributes.emplace_back("nearest_mode", o.mode == "nearest" ? "floor" : "round_prefer_ceil");
  if (is_cubic(o.mode))
    attributes.emplace_back("cubic_coeff_a", o.antialias ? -0.5 : -0.75);
  if (o.antialias) {  // filters end at the edges, as Pillow's do
    attributes.emplace_back("antialias", 1);
    attributes.emplace_back("exclude_outside", 1);
  }
  const OnnxValue x = w.in(0);
  if (by_factor)
    return {w.add("Resize", {x, {}, factors(w, o.scale_factor, spatial)}, attributes)};
  return {w.add("Resize", {x, {}, {}, w.ints(w.call.out(0).shape())}, attributes)};
}

Tensors read_resize(const OnnxReader& r) {
  const Tensor& x = r.in(0);
  r.require(x.dim() >= 3 && x.dim() <= 5,
            "input {} should have 1 to 3 dimensions behind the "
            "channels",
            describe(x));
  const auto spatial = size_t(x.dim()) - 2;
  InterpolateOptions o;
  o.mode = mode_of(r, spatial);
  if (!is_nearest(o.mode))
    o.align_corners = r.text("coordinate_transformation_mode", "half_pixel") == "align_corners";
  o.antialias = r.flag("antialias", false);
  check_filter(r, o);
  if (r.has(3)) {
    const Dims sizes = r.ints(3);
    r.require(sizes.size() == spatial + 2 && sizes[0] == x.size(0) && sizes[1] == x.size(1),
              "sizes {} should be those of input {} but for the spatial ones", sizes, describe(x));
    o.size = Dims(std::span<const int64_t>(sizes).subspan(2));
    return {interpolate(x, o)};
  }
  const std::vector<double> scales = to_host(r.constant(2)).to_vector<double>();
  r.require(scales.size() == spatial + 2 && scales[0] == 1 && scales[1] == 1,
            "scales should be 1 for samples and channels, and one for each spatial dimension");
  o.scale_factor.assign(scales.begin() + 2, scales.end());
  return {interpolate(x, o)};
}

}  // namespace hebb::onnx
