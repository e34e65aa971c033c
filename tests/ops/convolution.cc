// Samples: convolutions and transposed convolutions.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(convolution) {
  samples(
      "conv1d",
      {{"plain", {randn({2, 3, 9}), randn({4, 3, 3}), randn({4})}},
       {"everything",
        {randn({2, 4, 11}), randn({6, 2, 3}), none()},
        R"({"stride": 2, "padding": 2, "dilation": 2, "groups": 2})"},
       {"complex", {randn({2, 2, 5}, c64), randn({3, 2, 3}, c64), randn({3}, c64)}},
       {"one sample", {randn({3, 9}), randn({4, 3, 4}), randn({4})}, R"({"padding": "same"})"}});
  samples(
      "conv2d",
      {{"plain", {randn({2, 3, 6, 5}), randn({4, 3, 3, 3}), randn({4})}},
       {"no bias", {randn({2, 3, 6, 5}), randn({4, 3, 2, 3}), none()}, R"({"padding": [1, 2]})"},
       {"strides",
        {randn({1, 2, 9, 8}), randn({3, 2, 3, 3}), randn({3})},
        R"({"stride": [2, 3], "padding": 1})"},
       {"dilated",
        {randn({2, 2, 9, 8}), randn({3, 2, 3, 2}), randn({3})},
        R"({"dilation": [2, 3]})"},
       {"groups",
        {randn({2, 6, 5, 5}), randn({9, 2, 3, 3}), randn({9})},
        R"({"groups": 3, "padding": 1})"},
       {"depthwise",
        {randn({2, 8, 5, 5}), randn({8, 1, 3, 3}), none()},
        R"({"groups": 8, "padding": 1})"},
       {"one channel",
        {randn({2, 1, 7, 7}), randn({8, 1, 4, 4}), randn({8})},
        R"({"stride": 2, "padding": 1})"},
       {"pointwise", {randn({2, 5, 3, 3}), randn({7, 5, 1, 1}), randn({7})}},
       {"many channels",
        {randn({1, 17, 4, 4}), randn({18, 17, 3, 3}), randn({18})},
        R"({"padding": 1})"},
       {"same", {randn({1, 2, 5, 5}), randn({3, 2, 2, 4}), randn({3})}, R"({"padding": "same"})"},
       {"valid", {randn({1, 2, 5, 5}), randn({3, 2, 2, 4}), randn({3})}, R"({"padding": "valid"})"},
       {"padding larger than the input",
        {randn({1, 2, 2, 2}), randn({3, 2, 3, 3}), none()},
        R"({"padding": 4})"},
       {"one sample", {randn({2, 5, 5}), randn({3, 2, 3, 3}), randn({3})}},
       {"empty batch", {zeros({0, 2, 5, 5}), randn({3, 2, 3, 3}), randn({3})}}});
  samples("conv3d", {{"plain",
                      {randn({2, 2, 4, 5, 4}), randn({3, 2, 2, 3, 2}), randn({3})},
                      R"({"padding": [0, 1, 1]})"},
                     {"groups",
                      {randn({1, 4, 4, 4, 4}), randn({4, 2, 2, 2, 2}), none()},
                      R"({"groups": 2, "stride": 2})"}});
  refuses(
      "conv2d",
      {{"input has 3 channels but weight [4, 2, 3, 3] expects 2 (groups=1)",
        {zeros({1, 3, 5, 5}), zeros({4, 2, 3, 3}), none()}},
       {"groups=2 does not divide",
        {zeros({1, 4, 5, 5}), zeros({3, 2, 3, 3}), none()},
        R"({"groups": 2})"},
       {"the kernel spans 7 elements but the padded input has only 5",
        {zeros({1, 2, 5, 5}), zeros({3, 2, 7, 7}), none()}},
       {"should have 4 (a batch) or 3 (one sample)", {zeros({5, 5}), zeros({3, 2, 3, 3}), none()}},
       {"bias has the shape [2], should be [3]",
        {zeros({1, 2, 5, 5}), zeros({3, 2, 3, 3}), zeros({2})}},
       {"should have one dtype", {zeros({1, 2, 5, 5}), zeros({3, 2, 3, 3}, f64), none()}},
       {"should be at least 1",
        {zeros({1, 2, 5, 5}), zeros({3, 2, 3, 3}), none()},
        R"({"stride": 0})"},
       {"padding is [-1, -1], should be at least 0",
        {zeros({1, 2, 5, 5}), zeros({3, 2, 3, 3}), none()},
        R"({"padding": -1})"},
       {"should be at most",
        {zeros({1, 2, 5, 5}), zeros({3, 2, 3, 3}), none()},
        R"({"stride": 9223372036854775807})"},
       {"should be at most",
        {zeros({1, 2, 5, 5}), zeros({3, 2, 3, 3}), none()},
        R"({"dilation": 9223372036854775807})"},
       {"should be at most",
        {zeros({1, 2, 5, 5}), zeros({3, 2, 3, 3}), none()},
        R"({"padding": 9223372036854775807})"},
       {"groups is 9223372036854775807",
        {zeros({1, 0, 5, 5}), zeros({0, 2, 3, 3}), none()},
        R"({"groups": 9223372036854775807})"},
       {"should have 1 or 2",
        {zeros({1, 2, 5, 5}), zeros({3, 2, 3, 3}), none()},
        R"({"stride": [1, 1, 1]})"},
       {"needs a stride of 1",
        {zeros({1, 2, 5, 5}), zeros({3, 2, 3, 3}), none()},
        R"({"padding": "same", "stride": 2})"}});
  samples("conv_transpose1d", {{"plain",
                                {randn({2, 3, 5}), randn({3, 4, 3}), randn({4})},
                                R"({"stride": 2, "padding": 1, "output_padding": 1})"},
                               {"one sample", {randn({3, 5}), randn({3, 2, 3}), none()}}});
  samples("conv_transpose2d", {{"plain", {randn({2, 3, 4, 3}), randn({3, 4, 3, 3}), randn({4})}},
                               {"generator",
                                {randn({2, 6, 4, 4}), randn({6, 1, 4, 4}), randn({1})},
                                R"({"stride": 2, "padding": 1})"},
                               {"groups",
                                {randn({2, 6, 4, 3}), randn({6, 2, 3, 3}), none()},
                                R"({"groups": 3, "dilation": 2})"},
                               {"more output",
                                {randn({1, 2, 3, 3}), randn({2, 5, 3, 3}), none()},
                                R"({"stride": 3, "output_padding": [1, 2]})"},
                               {"output padding by dilation",
                                {randn({1, 2, 3, 3}), randn({2, 5, 3, 3}), none()},
                                R"({"dilation": 3, "output_padding": 2})"}});
  samples("conv_transpose3d", {{"plain",
                                {randn({1, 2, 3, 2, 3}), randn({2, 3, 2, 3, 2}), randn({3})},
                                R"({"stride": [1, 2, 2]})"}});
  refuses("conv_transpose2d", {{"should be at most",
                                {zeros({1, 4, 5, 5}), zeros({4, 2, 3, 3}), none()},
                                R"({"stride": 9223372036854775807})"},
                               {"input has 3 channels but weight [4, 2, 3, 3] expects 4",
                                {zeros({1, 3, 5, 5}), zeros({4, 2, 3, 3}), none()}},
                               {"should be smaller than stride",
                                {zeros({1, 4, 5, 5}), zeros({4, 2, 3, 3}), none()},
                                R"({"output_padding": 1})"},
                               {"padding [4, 4] is too large",
                                {zeros({1, 4, 2, 2}), zeros({4, 2, 3, 3}), none()},
                                R"({"padding": 4})"}});

  const char* const plain =
      R"({"stride": [1, 1], "padding": [1, 1], "padding_end": [1, 1], "dilation": [1, 1]})";
  samples(
      "convolution",
      {{"plain", {randn({2, 3, 5, 4}), randn({4, 3, 3, 3}), randn({4})}, plain},
       {"one side",
        {randn({2, 3, 5, 4}), randn({4, 3, 2, 2}), none()},
        R"({"stride": [2, 1], "padding": [0, 1], "padding_end": [1, 0], "dilation": [1, 2]})"}});
  samples(
      "conv_backward_input",
      {{"plain",
        {randn({2, 4, 5, 4}), randn({4, 5, 3, 3})},
        R"({"stride": [1, 1], "padding": [1, 1], "padding_end": [1, 1], "dilation": [1, 1], "size": [5, 4]})"},
       {"picture",
        {randn({3, 4, 3, 2}), randn({4, 3, 3, 3})},
        R"({"stride": [2, 2], "padding": [1, 1], "padding_end": [1, 1], "dilation": [1, 1], "size": [6, 4]})"},
       {"groups",
        {randn({1, 4, 3, 3}), randn({4, 2, 3, 3})},
        R"({"stride": [2, 2], "padding": [1, 1], "padding_end": [1, 1], "dilation": [1, 1], "size": [5, 6], "groups": 2})"}});
  samples(
      "conv_backward_weight",
      {{"plain",
        {randn({2, 3, 5, 4}), randn({2, 4, 5, 4})},
        R"({"stride": [1, 1], "padding": [1, 1], "padding_end": [1, 1], "dilation": [1, 1], "size": [3, 3]})"},
       {"groups",
        {randn({2, 4, 6, 5}), randn({2, 4, 3, 3})},
        R"({"stride": [2, 2], "padding": [1, 1], "padding_end": [1, 1], "dilation": [1, 1], "size": [3, 3], "groups": 2})"}});

  samples("flipped_conv1d",
          {{"plain", {randn({2, 3, 7}), randn({4, 3, 3}), randn({4})}, R"({"padding": 1})"},
           {"complex", {randn({2, 6}, c64), randn({3, 2, 3}, c64), none()}}});
  samples("flipped_conv2d",
          {{"plain", {randn({2, 4, 5, 4}), randn({2, 2, 3, 2}), randn({2})}, R"({"groups": 2})"},
           {"one sample", {randn({2, 5, 4}), randn({3, 2, 2, 2}), none()}, R"({"stride": 2})"},
           {"one tap", {randn({1, 2, 3, 3}), randn({3, 2, 1, 1}), none()}}});
  samples("flipped_conv3d", {{"plain", {randn({1, 2, 4, 3, 4}), randn({2, 2, 2, 3, 2}), none()}}});
  refuses("flipped_conv2d",
          {{"weight [3, 2, 2] has 3 dimensions, should have 4",
            {zeros({1, 2, 5, 4}), zeros({3, 2, 2}), none()}},
           {"input has 2 channels", {zeros({1, 2, 5, 4}), zeros({3, 1, 2, 2}), none()}}});

  // Places are in the middle of pixels, away from kinks.
  const auto moves = [](Shape shape) { return uniform(-1.4, -1.1, shape); };
  const Tensor x = randn({2, 4, 5, 6});
  samples(
      "deform_conv2d",
      {{"plain", {randn({2, 2, 4, 3}), moves({2, 8, 3, 2}), randn({3, 2, 2, 2}), none(), none()}},
       {"all",
        {randn({1, 4, 3, 4}), moves({1, 16, 3, 4}), randn({4, 2, 2, 2}), randn({4}),
         uniform(0, 1, {1, 8, 3, 4})},
        R"({"stride": [2, 1], "padding": [2, 1], "dilation": [1, 2]})"},
       {"far outside", {x, full({2, 12, 3, 5}, 99.5), randn({3, 4, 3, 2}), randn({3}), none()}},
       {"one pixel",
        {randn({1, 1, 1, 1}), moves({1, 2, 1, 1}), randn({1, 1, 1, 1}), none(),
         ones({1, 1, 1, 1})}},
       {"no samples",
        {zeros({0, 4, 5, 6}), zeros({0, 12, 3, 5}), randn({3, 4, 3, 2}), none(), none()}}});
  refuses("deform_conv2d",
          {{"offset [2, 12, 4, 5] should be [2, 12, 3, 5]",
            {x, zeros({2, 12, 4, 5}), zeros({3, 4, 3, 2}), none(), none()}},
           {"has 13 channels, should have a multiple of 12",
            {x, zeros({2, 13, 3, 5}), zeros({3, 4, 3, 2}), none(), none()}},
           {"has 4 channels, which the 3 groups of offset",
            {x, zeros({2, 36, 3, 5}), zeros({3, 4, 3, 2}), none(), none()}},
           {"should be a multiple of the 3 of weight",
            {x, zeros({2, 12, 3, 5}), zeros({3, 3, 3, 2}), none(), none()}},
           {"has 3 output channels, which the 2 groups do not divide",
            {x, zeros({2, 12, 3, 5}), zeros({3, 2, 3, 2}), none(), none()}},
           {"mask [2, 12, 3, 5] should be [2, 6, 3, 5]",
            {x, zeros({2, 12, 3, 5}), zeros({3, 4, 3, 2}), none(), zeros({2, 12, 3, 5})}},
           {"bias has the shape [2], should be [3]",
            {x, zeros({2, 12, 3, 5}), zeros({3, 4, 3, 2}), zeros({2}), none()}},
           {"offset is f64 but input is f32",
            {x, zeros({2, 12, 3, 5}, f64), zeros({3, 4, 3, 2}), none(), none()}},
           {"the kernel spans 7 elements but the padded input has only 5 in spatial dimension 0",
            {x, zeros({2, 12, 3, 5}), zeros({3, 4, 7, 2}), none(), none()}},
           {"stride is [0, 0], should be at least 1",
            {x, zeros({2, 12, 3, 5}), zeros({3, 4, 3, 2}), none(), none()},
            R"({"stride": 0})"}});
}

}  // namespace hebb::test
