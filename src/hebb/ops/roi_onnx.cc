// ops/roi_onnx.cc: the ONNX forms of regions and of non-maximum suppression.

#include "hebb/ops/roi_onnx.h"

#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/roi.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/views.h"
#include "hebb/tensor/to_host.h"

namespace hebb::onnx {

OnnxValues write_roi_align(OnnxWriter& w) {
  const auto& a = w.attributes<RoiAlignAttrs>();
  w.require(!a.aligned || w.opset >= 16,
            "ONNX's RoiAlign moves boxes by half a pixel (aligned) from opset 16 on");
  const Dims size = per_dimension(a.output_size, 2, "output_size");
  const OnnxValue boxes = w.in(1), corners = w.slice(boxes, 1, 1, 5),
                  samples = w.cast(w.squeeze(w.slice(boxes, 1, 0, 1), {1}), DType::i64);
  OnnxAttributes attributes = {{"output_height", size[0]},
                               {"output_width", size[1]},
                               {"spatial_scale", a.spatial_scale},
                               {"sampling_ratio", std::max<int64_t>(0, a.sampling_ratio)}};
  if (w.opset >= 16)
    attributes.emplace_back("coordinate_transformation_mode",
                            a.aligned ? "half_pixel" : "output_half_pixel");
  return {w.add("RoiAlign", {w.in(0), corners, samples}, attributes)};
}

OnnxValues write_roi_pool(OnnxWriter& w) {
  const auto& a = w.attributes<RoiPoolAttrs>();
  return {w.add("MaxRoiPool", {w.in(0), w.in(1)},
                {{"pooled_shape", per_dimension(a.output_size, 2, "output_size")},
                 {"spatial_scale", a.spatial_scale}})};
}

OnnxValues write_nms(OnnxWriter& w) {
  const OnnxValue boxes = w.unsqueeze(w.in(0), {0}), scores = w.unsqueeze(w.in(1), {0, 1});
  const int64_t most = w.operand(0).size(0);
  const OnnxValue picked =
      w.add("NonMaxSuppression",
            {boxes, scores, w.constant(Tensor::from(std::vector<int64_t>{most}, {1})),
             w.constant(Tensor::from(
                 std::vector<float>{float(w.attributes<NmsAttrs>().iou_threshold)}, {1}))},
            {}, DType::i64);
  return {w.squeeze(w.slice(picked, 1, 2, 3), {1})};
}

Tensors read_roi_align(const OnnxReader& r) {
  r.require(r.text("mode", "avg") == "avg", "mode is {}, should be avg", r.text("mode", "avg"));
  const std::string usual = r.opset >= 16 ? "half_pixel" : "output_half_pixel",
                    place = r.text("coordinate_transformation_mode", usual);
  r.require(place == "half_pixel" || place == "output_half_pixel",
            "coordinate_transformation_mode is {}, should be half_pixel or output_half_pixel",
            place);
  const Tensor samples = unsqueeze(cast(r.in(2), r.in(1).dtype()), 1);
  return {roi_align(r.in(0), cat({samples, r.in(1)}, 1),
                    {.output_size = {r.integer("output_height", 1), r.integer("output_width", 1)},
                     .spatial_scale = r.real("spatial_scale", 1),
                     .sampling_ratio = r.integer("sampling_ratio", 0),
                     .aligned = place == "half_pixel"})};
}

Tensors read_max_roi_pool(const OnnxReader& r) {
  return {roi_pool(
      r.in(0), r.in(1),
      {.output_size = r.ints("pooled_shape"), .spatial_scale = r.real("spatial_scale", 1)})};
}

// One picture with one class: [1, N, 4] and [1, 1, N] -> [count, 3].
Tensors read_non_max_suppression(const OnnxReader& r) {
  const Tensor &boxes = r.in(0), &scores = r.in(1);
  r.require(boxes.dim() == 3 && scores.dim() == 3 && scores.size(0) == 1 && scores.size(1) == 1,
            "scores {} are not read, only [1, 1, N]: one picture and one class", describe(scores));
  r.require(!r.flag("center_point_box", false), "center_point_box is 1, should be 0");
  r.require(!r.has(4), "score_threshold is not read");
  const double most = r.has(2) ? to_host(r.constant(2)).item<double>() : 0,
               threshold = r.has(3) ? to_host(r.constant(3)).item<double>() : 0;
  r.require(most >= double(boxes.size(1)),
            "max_output_boxes_per_class is {}, should be at least "
            "the number of boxes, {}",
            most, boxes.size(1));
  const Tensor kept =
      unsqueeze(nms(select(boxes, 0, 0), reshape(scores, {boxes.size(1)}), threshold), 1);
  const Tensor zero = zeros({kept.size(0), 2}, DType::i64, kept.device());
  return {cat({zero, kept}, 1)};
}

}  // namespace hebb::onnx
