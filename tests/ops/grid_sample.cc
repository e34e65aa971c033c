// Samples: sampling at given places. Coordinates keep away from the edges of pixels, where the
// gradient jumps.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(grid_sample) {
  const Tensor x = randn({2, 3, 4, 5}), volume = randn({1, 2, 3, 2, 4}),
               grid = uniform(-1.3, 1.3, {2, 3, 4, 2}),
               places = uniform(-1.2, 1.2, {1, 2, 3, 2, 3}),
               near = uniform(-0.9, 0.9, {2, 2, 3, 2});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::string padding : {"zeros", "border", "reflection"})
    for (const char* corners : {"false", "true"}) {
      const auto attrs = [&](const char* mode) {
        return std::string(R"({"mode": ")") + mode + R"(", "padding_mode": ")" + padding +
               R"(", "align_corners": )" + corners + "}";
      };
      for (const char* mode : {"bilinear", "nearest", "bicubic"}) {
        const std::string label = std::string(mode) + ", " + padding + ", " + corners;
        samples("grid_sample", {{label, {x, grid}, attrs(mode).c_str()}});
        samples("grid_sample_backward",
                {{label, {randn({2, 3, 3, 4}), x, grid}, attrs(mode).c_str()}});
      }
      samples(
          "grid_sample",
          {{"volume, " + padding + ", " + corners, {volume, places}, attrs("bilinear").c_str()}});
    }
  samples("grid_sample",
          {{"nearest volume", {volume, places}, R"({"mode": "nearest"})"},
           {"inside", {x, near}},
           {"NaN and far",
            {randn({1, 1, 3, 3}), values({nan, 0, 1e30, 0.3, -1e30, 0.2}, {1, 1, 3, 2})}},
           {"empty", {zeros({1, 2, 3, 3}), zeros({1, 0, 2, 2})}},
           {"no samples", {zeros({0, 2, 3, 3}), zeros({0, 2, 2, 2})}}});
  exempt("grid_sample_backward",
         {{Check::f64_reference, "PyTorch has no second gradient; differences check it"}});
  samples(
      "grid_sample_second",
      {{"both", {randn({2, 3, 4, 5}), randn({2, 3, 4, 2}), randn({2, 3, 3, 4}), x, grid}},
       {"of the input", {randn({2, 3, 4, 5}), none(), randn({2, 3, 3, 4}), x, grid}},
       {"of the grid",
        {none(), randn({2, 3, 4, 2}), randn({2, 3, 3, 4}), x, grid},
        R"({"mode": "bicubic"})"},
       {"volume",
        {randn({1, 2, 3, 2, 4}), randn({1, 2, 3, 2, 3}), randn({1, 2, 2, 3, 2}), volume, places}}});
  refuses("grid_sample",
          {{"grid [1, 2, 2, 3] should be [N, h, w, 2]", {zeros({1, 1, 3, 3}), zeros({1, 2, 2, 3})}},
           {"is for 2 samples", {zeros({1, 1, 3, 3}), zeros({2, 2, 2, 2})}},
           {"mode is 'linear'", {x, grid}, R"({"mode": "linear"})"},
           {"padding_mode is 'wrap'", {x, grid}, R"({"padding_mode": "wrap"})"},
           {"'bicubic' is for pictures", {volume, places}, R"({"mode": "bicubic"})"},
           {"grid is f64, input f32", {x, uniform(-1, 1, {2, 3, 4, 2}, f64)}},
           {"is empty in dimension 2", {zeros({1, 1, 0, 3}), zeros({1, 2, 2, 2})}}});

  samples("affine_grid",
          {{"pictures", {randn({2, 2, 3})}, R"({"size": [2, 3, 4, 5]})"},
           {"corners", {randn({1, 2, 3})}, R"({"size": [1, 1, 3, 2], "align_corners": true})"},
           {"one pixel", {randn({1, 2, 3})}, R"({"size": [1, 1, 1, 1], "align_corners": true})"},
           {"volumes", {randn({1, 3, 4})}, R"({"size": [1, 1, 2, 3, 2]})"}});
  refuses("affine_grid",
          {{"theta [1, 3, 3] should be [1, 2, 3]", {zeros({1, 3, 3})}, R"({"size": [1, 1, 2, 2]})"},
           {"should have 4 values", {zeros({1, 2, 3})}, R"({"size": [1, 2, 2]})"},
           {"no value below 1", {zeros({1, 2, 3})}, R"({"size": [1, 1, 0, 2]})"}});
}

}  // namespace hebb::test
