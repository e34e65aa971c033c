// Samples: pooling. Maxima are taken of values that are well apart, away from ties.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {
OPS_FAMILY(pooling) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  samples("max_pool1d", {{"plain", {distinct({2, 3, 9})}, R"({"kernel_size": 2})"},
                         {"dilated",
                          {distinct({2, 3, 9})},
                          R"({"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2})"},
                         {"one sample", {distinct({3, 7})}, R"({"kernel_size": 3, "stride": 1})"}});
  samples("max_pool2d",
          {{"plain", {distinct({2, 3, 6, 4})}, R"({"kernel_size": 2})"},
           {"overlapping",
            {distinct({2, 5, 7, 6})},
            R"({"kernel_size": 3, "stride": 2, "padding": 1})"},
           {"gaps", {distinct({1, 5, 8, 8})}, R"({"kernel_size": 2, "stride": 3})"},
           {"uneven", {distinct({1, 5, 7, 5})}, R"({"kernel_size": 2})"},
           {"ceil",
            {distinct({1, 4, 7, 5})},
            R"({"kernel_size": [3, 2], "stride": 2, "padding": [1, 0], "ceil_mode": true})"},
           {"dilated",
            {distinct({1, 4, 9, 9})},
            R"({"kernel_size": 3, "dilation": [2, 3], "stride": 1})"},
           {"indices",
            {distinct({2, 4, 6, 6})},
            R"({"kernel_size": 3, "stride": 2, "padding": 1, "return_indices": true})"},
           {"many channels", {distinct({2, 19, 4, 4})}, R"({"kernel_size": 2, "stride": 1})"},
           {"large window", {distinct({1, 4, 18, 17})}, R"({"kernel_size": 17})"},
           {"one sample", {distinct({3, 4, 4})}, R"({"kernel_size": 2, "return_indices": true})"},
           {"empty batch", {zeros({0, 3, 4, 4})}, R"({"kernel_size": 2})"}});
  samples("max_pool3d",
          {{"plain", {distinct({1, 4, 4, 5, 4})}, R"({"kernel_size": 2, "stride": [2, 1, 2]})"}});
  refuses("max_pool2d",
          {{"covers nothing but padding",
            {randn({1, 1, 12})},
            R"({"kernel_size": 3, "stride": 6, "padding": 1, "dilation": 2, "ceil_mode": true,
                "return_indices": true})"},
           {"a window of 7 does not fit into the padded size 5",
            {zeros({1, 2, 5, 5})},
            R"({"kernel_size": 7})"},
           {"padding [2, 2] is more than half",
            {zeros({1, 2, 5, 5})},
            R"({"kernel_size": 3, "padding": 2})"},
           {"kernel_size is missing", {zeros({1, 2, 5, 5})}},
           {"should be at least 1", {zeros({1, 2, 5, 5})}, R"({"kernel_size": 2, "stride": 0})"},
           {"should have 1 or 2", {zeros({1, 2, 5, 5})}, R"({"kernel_size": [1, 2, 3]})"},
           {"should be at most",
            {zeros({1, 2, 5, 5})},
            R"({"kernel_size": 2, "stride": 9223372036854775807, "ceil_mode": true})"},
           {"should be at most",
            {zeros({1, 2, 5, 5})},
            R"({"kernel_size": 3, "dilation": 9223372036854775807})"},
           {"should be at most",
            {zeros({1, 2, 5, 5})},
            R"({"kernel_size": 2, "padding": 9223372036854775807})"},
           {"should have 4 (a batch)", {zeros({5, 5})}, R"({"kernel_size": 2})"}});
  samples("avg_pool1d",
          {{"plain", {randn({2, 3, 9})}, R"({"kernel_size": 2})"},
           {"padded", {randn({3, 9})}, R"({"kernel_size": 3, "padding": 1, "stride": 2})"},
           {"integers", {integers(-99, 99, {2, 3, 9})}, R"({"kernel_size": 3, "padding": 1})"}});
  samples("avg_pool2d",
          {{"plain", {randn({2, 5, 6, 4})}, R"({"kernel_size": 2})"},
           {"without padding",
            {randn({2, 5, 7, 6})},
            R"({"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": false})"},
           {"with padding",
            {randn({2, 5, 7, 6})},
            R"({"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": true})"},
           {"divisor", {randn({1, 4, 5, 5})}, R"({"kernel_size": 2, "divisor_override": 3})"},
           {"many channels", {randn({2, 19, 4, 4})}, R"({"kernel_size": 3, "stride": 1})"},
           {"integers",
            {integers(-99, 99, {2, 5, 7, 6})},
            R"({"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": false})"},
           {"integers over -1",
            {integers(-99, 99, {1, 4, 5, 5})},
            R"({"kernel_size": 2, "divisor_override": -1})"}});
  samples("avg_pool3d",
          {{"plain", {randn({1, 4, 4, 5, 4})}, R"({"kernel_size": 2, "stride": [2, 1, 2]})"},
           {"integers", {integers(-99, 99, {1, 2, 4, 5, 4})}, R"({"kernel_size": 2})"}});
  for (const char* name : {"avg_pool1d", "avg_pool2d", "avg_pool3d"})
    for (DType dtype : {i32, u8, boolean, c64})
      refuses(name, {{"should be floating or i64",
                      {name[8] == '1'   ? zeros({1, 2, 5}, dtype)
                       : name[8] == '2' ? zeros({1, 2, 5, 5}, dtype)
                                        : zeros({1, 2, 5, 5, 5}, dtype)},
                      R"({"kernel_size": 2})"}});
  refuses("avg_pool2d", {{"divisor_override is 0",
                          {zeros({1, 2, 5, 5})},
                          R"({"kernel_size": 2, "divisor_override": 0})"}});
  samples("adaptive_avg_pool1d", {{"plain", {randn({2, 3, 9})}, R"({"output_size": 4})"}});
  samples("adaptive_avg_pool2d",
          {{"one", {randn({2, 5, 6, 4})}, R"({"output_size": 1})"},
           {"uneven", {randn({2, 5, 7, 6})}, R"({"output_size": [3, 4]})"},
           {"larger", {randn({1, 4, 3, 2})}, R"({"output_size": [5, -1]})"}});
  samples("adaptive_avg_pool3d",
          {{"plain", {randn({1, 4, 4, 5, 4})}, R"({"output_size": [2, 3, 1]})"}});
  samples("adaptive_max_pool1d", {{"plain", {distinct({2, 3, 9})}, R"({"output_size": 4})"}});
  samples("adaptive_max_pool2d",
          {{"uneven", {distinct({2, 5, 7, 6})}, R"({"output_size": [3, 4]})"},
           {"indices", {distinct({5, 6, 4})}, R"({"output_size": 2, "return_indices": true})"}});
  samples("adaptive_max_pool3d",
          {{"plain", {distinct({1, 4, 4, 5, 4})}, R"({"output_size": [2, 3, 1]})"}});
  refuses(
      "adaptive_avg_pool2d",
      {{"should not be negative", {zeros({1, 2, 5, 5})}, R"({"output_size": -2})"},
       {"output_size is missing", {zeros({1, 2, 5, 5})}},
       {"input is i64, should be floating", {zeros({1, 2, 5, 5}, i64)}, R"({"output_size": 2})"}});

  const char* const u8_form =
      R"({"kernel": [2, 2], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "size": [3, 2], "indices": "u8"})";
  samples(
      "max_pool",
      {{"positions in the window", {distinct({2, 5, 6, 4})}, u8_form},
       {"channels last", {from_channels_last(distinct({2, 6, 4, 21}))}, u8_form},
       {"positions in the input",
        {distinct({2, 5, 6, 4})},
        R"({"kernel": [3, 2], "stride": [1, 2], "padding": [1, 0], "dilation": [1, 1], "size": [6, 2], "indices": "i64"})"},
       {"NaN",
        {values({1, nan, 2, nan, 3, 4, 5, nan}, {1, 4, 2, 1})},
        R"({"kernel": [2, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "size": [1, 1], "indices": "u8"})",
        {{Check::gradient, "differences of NaN"}}}});
  const char* const back =
      R"({"kernel": [2, 2], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "size": [6, 4], "indices": "u8"})";
  samples("max_pool_backward",
          {{"plain", {randn({2, 5, 3, 2}), integers(0, 4, {2, 5, 3, 2}, u8)}, back},
           {"channels last",
            {from_channels_last(randn({2, 3, 2, 21})),
             from_channels_last(integers(0, 4, {2, 3, 2, 21}, u8))},
            back}});
  exempt("max_pool_pick", {{Check::f64_reference, "only third derivatives run its gradient rule"}});
  samples(
      "max_pool_pick",
      {{"plain",
        {randn({2, 5, 6, 4}), integers(0, 24, {2, 5, 3, 2}, i64)},
        R"({"kernel": [2, 2], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "size": [3, 2], "indices": "i64"})"}});
  samples("avg_pool",
          {{"plain",
            {randn({2, 5, 6, 4})},
            R"({"kernel": [2, 2], "stride": [1, 2], "padding": [1, 0], "size": [7, 2]})"},
           {"channels last",
            {from_channels_last(randn({2, 6, 4, 21}))},
            R"({"kernel": [2, 2], "stride": [1, 2], "padding": [1, 0], "size": [7, 2]})"}});
  samples("avg_pool_backward",
          {{"plain",
            {randn({2, 5, 7, 2})},
            R"({"kernel": [2, 2], "stride": [1, 2], "padding": [1, 0], "size": [6, 4]})"},
           {"channels last",
            {from_channels_last(randn({2, 7, 2, 21}))},
            R"({"kernel": [2, 2], "stride": [1, 2], "padding": [1, 0], "size": [6, 4]})"}});
}

}  // namespace hebb::test
