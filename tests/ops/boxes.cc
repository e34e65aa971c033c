// Samples: forms, areas, overlaps and losses of boxes.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(boxes) {
  const Tensor first = values({0, 0, 2, 3, 1, 1.2, 4, 3.4, 7, 7.5, 9.2, 8}, {3, 4}),
               second = values({0.3, 0.4, 2.5, 2.7, 6.8, 7.1, 9.5, 8.3}, {2, 4}),
               third = values({0.3, 0.4, 2.5, 2.7, 6.8, 7.1, 9.5, 8.3, 7.2, 7.4, 9, 8.2}, {3, 4});
  const char* const forms[] = {"xyxy", "xywh", "cxcywh"};
  for (const char* from : forms) {
    for (const char* to : forms) {
      const std::string attrs =
          std::string(R"({"in_fmt": ")") + from + R"(", "out_fmt": ")" + to + R"("})";
      samples("box_convert", {{std::string(from) + " to " + to, {first}, attrs.c_str()}});
    }
    const std::string attrs = std::string(R"({"fmt": ")") + from + R"("})";
    samples("box_area", {{from, {first}, attrs.c_str()}});
    samples("box_iou", {{from, {first, second}, attrs.c_str()}});
  }
  samples("box_convert", {{"one", {values({1, 2, 3, 5}, {4})}, R"({"out_fmt": "cxcywh"})"},
                          {"none", {zeros({0, 4})}, R"({"out_fmt": "xywh"})"}});
  samples("box_area",
          {{"integers", {values({1, 2, 3, 5}, {1, 4}, u8)}}, {"none", {zeros({0, 4})}}});
  samples("box_iou", {{"integers", {integers(0, 3, {2, 4}), integers(4, 9, {1, 4})}},
                      {"none", {zeros({0, 4}), second}}});
  refuses("box_convert",
          {{"out_fmt is 'xy', should be xyxy, xywh or cxcywh", {first}, R"({"out_fmt": "xy"})"},
           {"boxes [3] should be [..., 4]", {zeros({3})}}});
  refuses("box_area", {{"fmt is 'yx'", {first}, R"({"fmt": "yx"})"}});

  const std::vector<Exemption> constant{
      {Check::gradient, "the weight of the ratios counts as a constant"}};
  for (const std::string op : {"generalized_box_iou", "distance_box_iou", "complete_box_iou"}) {
    const auto exempt = op.starts_with("complete") ? constant : std::vector<Exemption>();
    samples(op, {{"plain", {first, second}, {}, exempt},
                 {"batches",
                  {values({0, 0, 2, 3, 1, 1.2, 4, 3.4}, {2, 1, 4}),
                   values({0.3, 0.4, 2.5, 2.7}, {1, 1, 4})},
                  {},
                  exempt},
                 {"none", {zeros({0, 4}), second}}});
    refuses(op, {{"boxes2 [4] should be [..., N, 4]", {first, zeros({4})}},
                 {"boxes1 [3, 5] should be [..., 4]", {zeros({3, 5}), second}}});
    const std::string loss = op + "_loss";
    samples(loss, {{"none", {first, third}, {}, exempt},
                   {"mean", {first, third}, R"({"reduction": "mean"})", exempt},
                   {"sum", {first, third}, R"({"reduction": "sum", "eps": 0.1})", exempt},
                   {"of nothing", {zeros({0, 4}), zeros({0, 4})}, R"({"reduction": "mean"})"}});
    refuses(loss, {{"boxes2 [2, 4] should have the shape of boxes1 [3, 4]", {first, second}},
                   {"reduction is \"all\"", {first, third}, R"({"reduction": "all"})"},
                   {"boxes1 is i64, should be floating",
                    {integers(0, 3, {2, 4}), integers(0, 3, {2, 4})}}});
  }
  samples("clip_boxes_to_image",
          {{"plain", {uniform(-3, 9, {5, 4})}, R"({"size": [4, 6]})"},
           {"integers", {integers(-3, 9, {2, 3, 4})}, R"({"size": [4, 6]})"}});
  refuses("clip_boxes_to_image",
          {{"should be [height, width]", {zeros({2, 4})}, R"({"size": [4]})"}});
  samples("remove_small_boxes",
          {{"plain", {values({0, 0, 3, 3, 1, 1, 2, 9, 4, 4, 4, 4}, {3, 4})}, R"({"min_size": 2})"},
           {"none", {zeros({0, 4})}, R"({"min_size": 2})"}});
  refuses("remove_small_boxes", {{"should be [N, 4]", {zeros({4})}, R"({"min_size": 1})"}});
  samples("masks_to_boxes",
          {{"plain", {integers(0, 2, {3, 4, 5}, boolean)}},
           {"floats", {values({0, 0, 0, 0, 0, 2, 0, 0.5, 0, 0, 0, 0}, {2, 2, 3})}},
           {"none", {zeros({0, 2, 2})}}});
  refuses("masks_to_boxes", {{"should be [N, H, W]", {zeros({2, 2})}}});
  samples(
      "grid_anchors",
      {{"plain", {}, R"({"grid_size": [2, 3], "stride": 16})"},
       {"uneven",
        {},
        R"({"grid_size": [1, 2], "stride": [8, 4], "sizes": [10, 3], "aspect_ratios": [1, 0.3]})"},
       {"no cells", {}, R"({"grid_size": [0, 3], "stride": 16})"}});
  refuses("grid_anchors",
          {{"grid_size [] should be [height, width]", {}},
           {"stride is [0, 0], should be at least 1", {}, R"({"grid_size": [2, 3], "stride": 0})"},
           {"sizes is empty", {}, R"({"grid_size": [2, 3], "sizes": []})"},
           {"aspect_ratios holds -1", {}, R"({"grid_size": [2, 3], "aspect_ratios": [-1]})"},
           {"dtype is i64", {}, R"({"grid_size": [2, 3], "dtype": "i64"})"}});
}

}  // namespace hebb::test
