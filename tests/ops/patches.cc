// Samples: pixel shuffles, and patches of pictures as columns.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(patches) {
  samples("pixel_shuffle",
          {{"plain", {randn({2, 8, 3, 2})}, R"({"upscale_factor": 2})"},
           {"one sample", {randn({9, 2, 1})}, R"({"upscale_factor": 3})"},
           {"two batches", {randn({2, 1, 4, 1, 3})}, R"({"upscale_factor": 2})"},
           {"same", {randn({1, 3, 2, 2})}, R"({"upscale_factor": 1})"},
           {"integers", {integers(0, 99, {1, 4, 2, 3})}, R"({"upscale_factor": 2})"},
           {"empty", {zeros({0, 4, 2, 3})}, R"({"upscale_factor": 2})"}});
  refuses("pixel_shuffle",
          {{"the 6 channels of input [1, 6, 2, 2] should divide by upscale_factor² = 4",
            {zeros({1, 6, 2, 2})},
            R"({"upscale_factor": 2})"},
           {"upscale_factor is 0", {zeros({1, 4, 2, 2})}, R"({"upscale_factor": 0})"},
           {"at least 3 dimensions", {zeros({4, 4})}, R"({"upscale_factor": 2})"}});
  samples("pixel_unshuffle",
          {{"plain", {randn({2, 3, 4, 6})}, R"({"downscale_factor": 2})"},
           {"one sample", {randn({1, 6, 3})}, R"({"downscale_factor": 3})"},
           {"integers", {integers(0, 99, {1, 1, 4, 2})}, R"({"downscale_factor": 2})"},
           {"empty", {zeros({2, 0, 2, 4})}, R"({"downscale_factor": 2})"}});
  refuses("pixel_unshuffle",
          {{"height 3 and width 4 of input [1, 1, 3, 4] should divide by downscale_factor 2",
            {zeros({1, 1, 3, 4})},
            R"({"downscale_factor": 2})"},
           {"downscale_factor is -1", {zeros({1, 4, 2, 2})}, R"({"downscale_factor": -1})"}});
  samples("channel_shuffle", {{"plain", {randn({2, 6, 3, 2})}, R"({"groups": 2})"},
                              {"sequences", {randn({1, 9, 4})}, R"({"groups": 3})"},
                              {"volumes", {randn({1, 4, 2, 1, 3})}, R"({"groups": 2})"},
                              {"empty", {zeros({0, 4, 2, 3})}, R"({"groups": 2})"}});
  refuses(
      "channel_shuffle",
      {{"groups is 4, should divide the 6 channels", {zeros({1, 6, 2, 2})}, R"({"groups": 4})"}});

  const char* const all =
      R"({"kernel_size": [3, 2], "dilation": [1, 2], "padding": [1, 2], "stride": [2, 1]})";
  samples("unfold", {{"plain", {randn({2, 3, 5, 4})}, R"({"kernel_size": 2})"},
                     {"all", {randn({2, 2, 5, 4})}, all},
                     {"one sample", {randn({2, 4, 5})}, R"({"kernel_size": 3, "padding": 1})"},
                     {"channels last",
                      {from_channels_last(randn({1, 3, 4, 4}))},
                      R"({"kernel_size": 2, "stride": 2})"},
                     {"integers", {integers(0, 99, {1, 1, 3, 3})}, R"({"kernel_size": 2})"},
                     {"empty", {zeros({0, 2, 3, 3})}, R"({"kernel_size": 2})"}});
  refuses("unfold", {{"more elements than can be counted",
                      {zeros({1, 3, 4, 4})},
                      R"({"kernel_size": 2147483647, "padding": 2147483647})"},
                     {"a patch of 3 does not fit into the padded size 2 of the height",
                      {zeros({1, 1, 2, 5})},
                      R"({"kernel_size": 3})"},
                     {"kernel_size is missing", {zeros({1, 1, 2, 5})}, "{}"},
                     {"stride is [0, 0], should be at least 1",
                      {zeros({1, 1, 4, 5})},
                      R"({"kernel_size": 2, "stride": 0})"},
                     {"has 2 dimensions", {zeros({4, 5})}, R"({"kernel_size": 2})"}});
  samples(
      "fold",
      {{"plain", {randn({2, 12, 12})}, R"({"output_size": [5, 4], "kernel_size": 2})"},
       {"all",
        {randn({2, 12, 18})},
        R"({"output_size": [5, 4], "kernel_size": [3, 2], "dilation": [1, 2], "padding": [1, 2], "stride": [2, 1]})"},
       {"one sample", {randn({4, 4})}, R"({"output_size": 4, "kernel_size": 2, "stride": 2})"},
       {"gaps", {randn({1, 1, 4})}, R"({"output_size": 5, "kernel_size": 1, "stride": 3})"},
       {"empty", {zeros({0, 4, 4})}, R"({"output_size": 3, "kernel_size": 2})"}});
  refuses("fold", {{"input [1, 4, 5] has 5 patches, but a picture of [3, 3] has 2 x 2 = 4",
                    {zeros({1, 4, 5})},
                    R"({"output_size": 3, "kernel_size": 2})"},
                   {"the 6 rows of input [1, 6, 4] should divide by the 4 values of a patch",
                    {zeros({1, 6, 4})},
                    R"({"output_size": 3, "kernel_size": 2})"},
                   {"output_size is missing", {zeros({1, 4, 4})}, R"({"kernel_size": 2})"},
                   {"should be floating or complex",
                    {integers(0, 3, {1, 4, 4})},
                    R"({"output_size": 3, "kernel_size": 2})"}});
  samples(
      "im2col",
      {{"plain",
        {randn({2, 2, 5, 4})},
        R"({"kernel": [3, 2], "dilation": [1, 2], "padding": [1, 2], "stride": [2, 1], "size": [5, 4]})"}});
  samples(
      "col2im",
      {{"plain",
        {randn({2, 12, 18})},
        R"({"kernel": [3, 2], "dilation": [1, 2], "padding": [1, 2], "stride": [2, 1], "size": [5, 4]})"}});
}

}  // namespace hebb::test
