// Samples: normalisation within a sample.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(layer_norm) {
  samples("layer_norm",
          {{"one", {randn({3, 7}), randn({7}), randn({7})}, R"({"normalized_shape": 7})"},
           {"two",
            {randn({2, 3, 4}), randn({3, 4}), randn({3, 4})},
            R"({"normalized_shape": [3, 4], "eps": 0.01})"},
           {"no weight", {randn({5, 33}), none(), none()}, R"({"normalized_shape": 33})"},
           {"no bias", {randn({2, 3, 4}), randn({4}), none()}, R"({"normalized_shape": 4})"},
           {"empty", {zeros({0, 4}), randn({4}), randn({4})}, R"({"normalized_shape": 4})"}});
  refuses(
      "layer_norm",
      {{"does not end with it", {zeros({2, 3}), none(), none()}, R"({"normalized_shape": 4})"},
       {"normalized_shape is empty", {zeros({2, 3}), none(), none()}},
       {"weight has the shape [2], should be [3]",
        {zeros({2, 3}), zeros({2}), none()},
        R"({"normalized_shape": 3})"},
       {"should be floating", {zeros({2, 3}, i64), none(), none()}, R"({"normalized_shape": 3})"}});
  samples("layer_normalize",
          {{"plain", {randn({3, 37}), randn({37}), randn({37})}, R"({"normalized_shape": 37})"}});
  exempt("layer_normalize",
         {{Check::gradient,
           "gives statistics as well, which are not differentiated; layer_norm's gradient is"}});
  samples("layer_norm_backward", {{"plain",
                                   {randn({5, 37}), without_mean(randn({5, 37}), 0), randn({37}),
                                    zeros({5}), uniform(0.5, 2, {5})},
                                   R"({"normalized_shape": 37})"},
                                  {"many rows",
                                   {randn({600, 3}), without_mean(randn({600, 3}), 0), none(),
                                    zeros({600}), uniform(0.5, 2, {600})},
                                   R"({"normalized_shape": 3})"}});
  samples("group_norm",
          {{"plain", {randn({2, 6, 2, 3}), randn({6}), randn({6})}, R"({"num_groups": 3})"},
           {"features", {randn({3, 8}), none(), randn({8})}, R"({"num_groups": 2})"}});
  refuses("group_norm", {{"weight is f64 but input is f32",
                          {zeros({1, 4, 2}), zeros({4}, DType::f64), none()},
                          R"({"num_groups": 2})"},
                         {"5 channels do not divide into num_groups=2",
                          {zeros({1, 5, 2}), none(), none()},
                          R"({"num_groups": 2})"},
                         {"should be [4]", {zeros({1, 4, 2}), zeros({3}), none()}}});
  samples("instance_norm",
          {{"plain", {randn({2, 3, 2, 3}), none(), none(), randn({3}), randn({3})}},
           {"running",
            {randn({2, 3, 4}), randn({3}), uniform(0.5, 2, {3}), none(), none()},
            R"({"use_input_stats": false})"}});
  refuses("instance_norm",
          {{"has no variance", {zeros({2, 3, 1}), none(), none(), none(), none()}}});
  samples("rms_norm",
          {{"plain", {randn({3, 7}), randn({7})}, R"({"normalized_shape": 7})"},
           {"eps", {randn({2, 3, 4}), none()}, R"({"normalized_shape": [3, 4], "eps": 0.1})"},
           {"complex", {randn({3, 4}, c64), randn({4}, c64)}, R"({"normalized_shape": 4})"},
           {"real weight",
            {randn({3, 4}, c64), randn({4})},
            R"({"normalized_shape": 4})",
            {{Check::half, "there are no complex numbers of halves"}}}});
  refuses(
      "rms_norm",
      {{"should be floating or complex", {ones({2}, i64), none()}, R"({"normalized_shape": 2})"},
       {"weight is c64 but input is f32",
        {zeros({2}), zeros({2}, c64)},
        R"({"normalized_shape": 2})"},
       {"does not end with it", {zeros({2, 3}), none()}, R"({"normalized_shape": 4})"}});
}

}  // namespace hebb::test
