// Samples: focal, Dice and Tversky losses.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(overlap_loss) {
  const Tensor x = randn({4, 3}), t = uniform(0, 1, {4, 3});
  samples("sigmoid_focal_loss",
          {{"none", {x, t}},
           {"mean", {x, t}, R"({"alpha": -1, "gamma": 1.5, "reduction": "mean"})"},
           {"sum", {x, t}, R"({"alpha": 0.6, "gamma": 0, "reduction": "sum"})"},
           {"far", {values({-80, 80, 60}, {3}), values({0, 1, 0}, {3})}}});
  refuses("sigmoid_focal_loss", {{"alpha is 2, should be from 0 to 1", {x, t}, R"({"alpha": 2})"},
                                 {"gamma is -1", {x, t}, R"({"gamma": -1})"},
                                 {"should have the shape", {x, zeros({3})}}});
  const Tensor classes = values({0, 2, 1, 2}, {4}, i64),
               ignoring = values({0, 2, -100, 2}, {4}, i64);
  samples("focal_loss", {{"mean", {x, classes, none()}},
                         {"all",
                          {x, ignoring, uniform(0.5, 2, {3})},
                          R"({"gamma": 1.5, "reduction": "sum"})",
                          {{Check::gradient, "class weights get no gradient"}}},
                         {"pictures",
                          {randn({2, 3, 2, 2}), integers(0, 3, {2, 2, 2}), none()},
                          R"({"reduction": "none"})"},
                         {"ignored", {x, classes, none()}, R"({"ignore_index": 2})"},
                         {"one row", {randn({3}), values({2}, {}, i64), none()}}});
  refuses("focal_loss", {{"gamma is -2", {x, classes, none()}, R"({"gamma": -2})"},
                         {"target[1] is 5", {x, values({0, 5, 1, 1}, {4}, i64), none()}}});
  const Tensor p = uniform(0.05, 0.95, {2, 3, 4, 2}), areas = integers(0, 2, {2, 3, 4, 2}, f32);
  samples("dice_loss", {{"mean", {p, areas}},
                        {"smooth", {p, areas}, R"({"smooth": 1, "reduction": "sum"})"},
                        {"none", {p, areas}, R"({"reduction": "none"})"}});
  samples("tversky_loss",
          {{"mean", {p, areas}},
           {"weights", {p, areas}, R"({"alpha": 0.3, "beta": 0.7, "reduction": "none"})"},
           {"smooth", {p, areas}, R"({"smooth": 1, "reduction": "sum"})"}});
  for (const char* op : {"dice_loss", "tversky_loss"})
    refuses(op, {{"target [2, 4, 2] should have the shape of input [2, 3, 4, 2]; make one_hot",
                  {p, zeros({2, 4, 2})}},
                 {"input [3, 2] should be [N, C, ...]", {zeros({3, 2}), zeros({3, 2})}}});
}

}  // namespace hebb::test
