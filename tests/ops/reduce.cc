// Samples: reductions.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(reduce) {
  samples("sum", {{"all", {randn({4, 3})}},
                  {"rows", {randn({4, 3})}, R"({"dim": 1})"},
                  {"kept", {randn({2, 3, 4})}, R"({"dim": [0, -1], "keepdim": true})"},
                  {"0-d", {randn({})}},
                  {"integers", {integers(-9, 9, {3, 4}, i32)}, R"({"dim": 0})"},
                  {"bool", {integers(0, 2, {9}, boolean)}},
                  {"long", {randn({3, 1025})}, R"({"dim": 1})"},
                  {"empty", {zeros({0, 3})}, R"({"dim": 0})"},
                  {"empty kept", {zeros({0, 3})}, R"({"dim": 1})"}});
  samples("sum", {{"long columns", {randn({140, 5})}, R"({"dim": 0})"},
                  {"middle", {randn({3, 9, 17})}, R"({"dim": 1})"},
                  {"pictures", {randn({4, 5, 6, 7})}, R"({"dim": [0, 2, 3]})"},
                  {"as f64", {integers(-9, 9, {3, 4}, i32)}, R"({"dim": 0, "dtype": "f64"})"}});
  samples("mean",
          {{"all", {randn({4, 3})}},
           {"rows", {randn({4, 33})}, R"({"dim": 1})"},
           {"columns", {randn({33, 20})}, R"({"dim": 0})"},
           {"pictures", {randn({4, 5, 6, 7})}, R"({"dim": [2, 3], "keepdim": true})"},
           {"0-d", {randn({})}},
           {"strided", {transpose(randn({5, 40}))}, R"({"dim": 0})"},
           {"of nothing", {zeros({2, 0})}, R"({"dim": 1})", {{Check::second_gradient, "0 / 0"}}},
           {"integers", {integers(0, 9, {5})}, R"({"dtype": "f32"})"}});
  refuses("mean", {{"the mean of i64 is not defined", {integers(0, 9, {5})}}});
  refuses("sum", {{"names dimension 1 twice", {zeros({2, 3})}, R"({"dim": [1, -1]})"},
                  {"2", {zeros({2, 3})}, R"({"dim": 2})"}});
  refuses("sum", {{"attribute 'dim' is \"valid\", should be a whole number or a list",
                   {zeros({2, 3})},
                   R"({"dim": "valid"})"}});
}

}  // namespace hebb::test
