// Samples: padding.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(pad) {
  samples(
      "pad",
      {{"constant", {randn({2, 3, 4})}, R"({"pad": [1, 2], "value": 1.5})"},
       {"cut off", {randn({2, 5, 4})}, R"({"pad": [-1, 2, 1, -3]})"},
       {"all dimensions", {randn({2, 3})}, R"({"pad": [1, 0, 0, 2]})"},
       {"reflect", {randn({2, 3, 4, 5})}, R"({"pad": [1, 2, 3, 0], "mode": "reflect"})"},
       {"replicate", {randn({2, 3, 4, 5})}, R"({"pad": [6, 2, 3, 0], "mode": "replicate"})"},
       {"circular", {randn({2, 3, 4, 5})}, R"({"pad": [5, 2, 3, 4], "mode": "circular"})"},
       {"circular and cut off", {randn({2, 3, 6})}, R"({"pad": [-2, 3], "mode": "circular"})"},
       {"reflect and cut off", {randn({2, 3, 6})}, R"({"pad": [-2, 3], "mode": "reflect"})"},
       {"replicate and cut off", {randn({2, 3, 6})}, R"({"pad": [3, -2], "mode": "replicate"})"},
       {"replicate one", {randn({2, 3, 1})}, R"({"pad": [2, 1], "mode": "replicate"})"},
       {"volume", {randn({1, 2, 3, 3, 4})}, R"({"pad": [1, 1, 2, 0, 1, 1], "mode": "replicate"})"},
       {"nothing", {randn({2, 3})}, R"({"pad": []})"},
       {"to nothing", {randn({2, 3})}, R"({"pad": [-3, 0]})"},
       {"of nothing", {zeros({0, 3})}, R"({"pad": [1, 1, 1, 0]})"},
       {"integers", {integers(0, 9, {2, 3})}, R"({"pad": [1, 1], "value": 7})"}});
  refuses(
      "pad",
      {{"value is 0.5, but for i64 it should be a whole number",
        {zeros({2}, DType::i64)},
        R"({"pad": [1, 0], "value": 0.5})"},
       {"value is 300, which u8 does not hold",
        {zeros({2}, u8)},
        R"({"pad": [1, 0], "value": 300})"},
       {"should have two for each", {zeros({2, 3})}, R"({"pad": [1]})"},
       {"is for 2 dimensions but the input [3] has 1", {zeros({3})}, R"({"pad": [1, 1, 1, 1]})"},
       {"it should be less than the size",
        {zeros({2, 3})},
        R"({"pad": [3, 0], "mode": "reflect"})"},
       {"more than once", {zeros({2, 3})}, R"({"pad": [4, 0], "mode": "circular"})"},
       {"mode is 'mirror'", {zeros({2, 3})}, R"({"pad": [1, 0], "mode": "mirror"})"},
       {"adds or cuts more than",
        {zeros({2, 3})},
        R"({"pad": [9223372036854775807, 9223372036854775807]})"},
       {"cuts 4 elements off", {zeros({2, 3})}, R"({"pad": [-4, 0]})"}});
  samples(
      "pad_backward",
      {{"reflect",
        {randn({2, 3, 7, 8})},
        R"({"pad": [1, 2, 3, 0], "mode": "reflect", "shape": [2, 3, 4, 5]})"},
       {"replicate", {randn({2, 9})}, R"({"pad": [2, 3], "mode": "replicate", "shape": [2, 4]})"}});
}

}  // namespace hebb::test
