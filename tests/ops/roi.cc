// Samples: regions of pictures, and which boxes to keep.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(roi) {
  const Tensor x = randn({2, 3, 6, 7}),
               boxes = values({0, 0.3, 0.4, 4.6, 5.2, 1, -1.2, 1.1, 3.3, 8.4,
                               1, 2.2, 2.1, 2.3, 2.4, 0, 20,   20,  30,  30},
                              {4, 5});
  const std::vector<Exemption> no_boxes{
      {Check::gradient, "boxes get no gradient; PyTorch's values check that of the input"}};
  samples("roi_align",
          {{"plain", {x, boxes}, R"({"output_size": [3, 2], "sampling_ratio": 2})", no_boxes},
           {"aligned",
            {x, boxes},
            R"({"output_size": 2, "spatial_scale": 0.5, "sampling_ratio": 3, "aligned": true})",
            no_boxes},
           {"adaptive", {x, boxes}, R"({"output_size": [2, 3], "aligned": true})", no_boxes},
           {"a box much larger than the picture",
            {x, values({1, -3e4, -3e4, 3e4, 3e4}, {1, 5})},
            R"({"output_size": 2})",
            no_boxes},
           {"no boxes", {x, zeros({0, 5})}, R"({"output_size": 2})"}});
  samples("roi_align_backward",
          {{"plain",
            {randn({4, 3, 3, 2}), boxes},
            R"({"output_size": [3, 2], "sampling_ratio": 2, "shape": [2, 3, 6, 7]})"}});
  exempt("roi_align_backward",
         {{Check::gradient, "boxes get no gradient"},
          {Check::f64_reference, "torchvision has no second derivative of roi_align"}});
  samples("roi_pool",
          {{"plain", {distinct({2, 3, 6, 7}), boxes}, R"({"output_size": [3, 2]})", no_boxes},
           {"smaller",
            {distinct({2, 3, 6, 7}), boxes},
            R"({"output_size": 3, "spatial_scale": 0.5})",
            no_boxes},
           {"no boxes", {x, zeros({0, 5})}, R"({"output_size": 2})"}});
  const Tensor wide = randn({2, 12, 6, 7});
  for (const char* op : {"ps_roi_align", "ps_roi_pool"})
    samples(op, {{"plain", {wide, boxes}, R"({"output_size": [3, 2]})", no_boxes},
                 {"scaled", {wide, boxes}, R"({"output_size": 2, "spatial_scale": 0.5})", no_boxes},
                 {"one bin", {x, boxes}, R"({"output_size": 1})", no_boxes},
                 {"one pixel",
                  {randn({1, 4, 1, 1}), values({0, 0, 0, 1, 1}, {1, 5})},
                  R"({"output_size": 2})",
                  no_boxes},
                 {"no boxes", {wide, zeros({0, 5})}, R"({"output_size": 2})"}});
  samples("ps_roi_align",
          {{"two samples", {wide, boxes}, R"({"output_size": 2, "sampling_ratio": 2})", no_boxes}});
  samples("ps_roi_align_backward",
          {{"plain",
            {randn({4, 2, 3, 2}), boxes},
            R"({"output_size": [3, 2], "sampling_ratio": 2, "shape": [2, 12, 6, 7]})"}});
  samples("ps_roi_pool_backward", {{"plain",
                                    {randn({4, 2, 3, 2}), boxes},
                                    R"({"output_size": [3, 2], "shape": [2, 12, 6, 7]})"}});
  for (const char* op : {"ps_roi_align_backward", "ps_roi_pool_backward"})
    exempt(op, {{Check::gradient, "boxes get no gradient"},
                {Check::f64_reference, "torchvision has no second derivative of it"}});
  for (const char* op : {"ps_roi_align", "ps_roi_pool"})
    refuses(op, {{"has 12 channels, which should be a multiple of the 25 bins",
                  {wide, boxes},
                  R"({"output_size": 5})"}});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const char* op : {"roi_align", "roi_pool", "ps_roi_align", "ps_roi_pool"})
    refuses(
        op,
        {{"boxes[1, 0] is 2, should be the number of one of the 2 samples",
          {wide, values({0, 1, 1, 2, 2, 2, 1, 1, 2, 2}, {2, 5})},
          R"({"output_size": 2})"},
         {"boxes[0, 3] is nan", {wide, values({0, 1, 1, nan, 2}, {1, 5})}, R"({"output_size": 2})"},
         {"boxes [2, 4] should be [K, 5]", {x, zeros({2, 4})}, R"({"output_size": 2})"},
         {"input [6, 7] should be [N, C, H, W]", {zeros({6, 7}), boxes}, R"({"output_size": 2})"},
         {"output_size is missing", {x, boxes}, "{}"},
         {"spatial_scale is 0", {x, boxes}, R"({"output_size": 2, "spatial_scale": 0})"}});

  const Tensor places = values({0, 0, 4, 4,   0.5, 0.5, 4.2, 4.4,  10, 10, 12, 12,
                                0, 0, 4, 4.1, 9.9, 10,  12,  12.3, 30, 1,  31, 5},
                               {6, 4}),
               scores = values({0.3, 0.9, 0.5, 0.8, 0.6, 0.1}, {6});
  samples("nms", {{"plain", {places, scores}, R"({"iou_threshold": 0.5})"},
                  {"all", {places, scores}, R"({"iou_threshold": 1})"},
                  {"strict", {places, scores}, R"({"iou_threshold": 0})"},
                  {"equal scores", {places, ones({6})}, R"({"iou_threshold": 0.5})"},
                  {"none", {zeros({0, 4}), zeros({0})}, R"({"iou_threshold": 0.5})"}});
  samples("batched_nms",
          {{"plain",
            {places, scores, values({0, 1, 0, 1, 0, 0}, {6}, i64)},
            R"({"iou_threshold": 0.5})"},
           {"none", {zeros({0, 4}), zeros({0}), zeros({0}, i64)}, R"({"iou_threshold": 0.5})"}});
  refuses("nms", {{"scores [5] should be [6]", {places, zeros({5})}},
                  {"boxes [6] should be [N, 4]", {scores, scores}},
                  {"scores are f64, boxes are f32", {places, zeros({6}, f64)}}});
  refuses("batched_nms", {{"idxs [2] should be [6]", {places, scores, zeros({2}, i64)}}});
}

}  // namespace hebb::test
