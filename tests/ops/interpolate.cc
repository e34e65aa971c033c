// Samples: other sizes of sequences, pictures and volumes.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(interpolate) {
  const Tensor x = randn({1, 2, 5, 4}), row = randn({1, 2, 7}), volume = randn({1, 1, 3, 4, 2});
  samples(
      "interpolate",
      {{"nearest", {x}, R"({"size": [8, 3]})"},
       {"nearest by a factor", {x}, R"({"scale_factor": 1.7})"},
       {"nearest, recomputed", {x}, R"({"scale_factor": 1.7, "recompute_scale_factor": true})"},
       {"nearest exact", {x}, R"({"size": [8, 3], "mode": "nearest-exact"})"},
       {"nearest sequence", {row}, R"({"size": 11})"},
       {"nearest volume", {volume}, R"({"size": [5, 2, 4]})"},
       {"integers", {integers(-9, 9, {1, 2, 3, 3})}, R"({"size": 5})"},
       {"linear", {row}, R"({"size": 12, "mode": "linear"})"},
       {"linear corners", {row}, R"({"size": 12, "mode": "linear", "align_corners": true})"},
       {"bilinear", {x}, R"({"size": [8, 3], "mode": "bilinear"})"},
       {"bilinear corners", {x}, R"({"size": [8, 3], "mode": "bilinear", "align_corners": true})"},
       {"bilinear by factors", {x}, R"({"scale_factor": [1.7, 0.6], "mode": "bilinear"})"},
       {"bilinear smooth", {x}, R"({"size": [2, 3], "mode": "bilinear", "antialias": true})"},
       {"bilinear smooth and larger",
        {x},
        R"({"size": [9, 9], "mode": "bilinear", "antialias": true})"},
       {"bicubic", {x}, R"({"size": [8, 3], "mode": "bicubic"})"},
       {"bicubic corners",
        {x},
        R"({"scale_factor": 2.3, "mode": "bicubic", "align_corners": true})"},
       {"bicubic smooth", {x}, R"({"size": [2, 3], "mode": "bicubic", "antialias": true})"},
       {"trilinear", {volume}, R"({"size": [5, 2, 4], "mode": "trilinear"})"},
       {"trilinear by a factor", {volume}, R"({"scale_factor": 2, "mode": "trilinear"})"},
       {"area", {x}, R"({"size": [2, 3], "mode": "area"})"},
       {"one pixel", {randn({1, 1, 1, 1})}, R"({"size": [3, 2], "mode": "bicubic"})"},
       {"to one pixel", {x}, R"({"size": 1, "mode": "bilinear", "align_corners": true})"},
       {"large", {randn({1, 1, 3, 70})}, R"({"size": [5, 90], "mode": "bilinear"})"},
       {"many rows", {randn({1, 3, 13, 6})}, R"({"size": [4, 9], "mode": "bicubic"})"},
       {"no samples", {zeros({0, 3, 4, 4})}, R"({"size": 2, "mode": "bilinear"})"}});
  refuses("interpolate",
          {{"size and scale_factor are missing", {x}, "{}"},
           {"both given", {x}, R"({"size": 3, "scale_factor": 2})"},
           {"mode is 'cubic', should be nearest", {x}, R"({"size": 3, "mode": "cubic"})"},
           {"mode 'linear' is for 1 spatial dimension, but the input has 2",
            {x},
            R"({"size": 3, "mode": "linear"})"},
           {"mode 'nearest' takes no align_corners", {x}, R"({"size": 3, "align_corners": true})"},
           {"antialias is for mode bilinear and bicubic", {x}, R"({"size": 3, "antialias": true})"},
           {"should have 3 to 5 dimensions", {zeros({4, 4})}, R"({"size": 3})"},
           {"size is [0, 0], should be at least 1", {x}, R"({"size": 0})"},
           {"scale_factor has 3 values, should have 1 or 2", {x}, R"({"scale_factor": [1, 2, 3]})"},
           {"scale_factor is -1, should be more than 0", {x}, R"({"scale_factor": -1})"},
           {"scale_factor 0.1 makes 0 of the size 5", {x}, R"({"scale_factor": 0.1})"},
           {"is empty in spatial dimension 1", {zeros({1, 1, 3, 0})}, R"({"size": 3})"},
           {"should be floating, or u8",
            {integers(0, 9, {1, 1, 3, 3})},
            R"({"size": 2, "mode": "bilinear"})"},
           {"recompute_scale_factor needs a scale_factor",
            {x},
            R"({"size": 2, "recompute_scale_factor": true})"}});
  samples("resample", {{"rows", {x}, R"({"dim": 2, "size": 8, "scale": 0.625})"},
                       {"columns", {x}, R"({"dim": 3, "size": 6, "mode": "cubic", "scale": 0.7})"},
                       {"smooth", {x}, R"({"dim": 3, "size": 2, "scale": 2, "antialias": true})"},
                       {"wide", {randn({1, 3, 150})}, R"({"dim": 1, "size": 3, "scale": 1.7})"}});
  samples("resample_backward",
          {{"rows", {x}, R"({"dim": 2, "size": 8, "scale": 1.6})"},
           {"columns", {x}, R"({"dim": 3, "size": 6, "mode": "cubic", "scale": 1.5})"},
           {"nearest", {x}, R"({"dim": 3, "size": 6, "mode": "nearest", "scale": 1.5})"}});
}

}  // namespace hebb::test
