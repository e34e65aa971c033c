// Samples: reductions.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(reduce) {
  samples("sum", {{"all", {randn({4, 3})}}, {"rows", {randn({4, 3})}, R"({"dim": 1})"}, {"kept", {randn({2, 3, 4})}, R"({"dim": [0, -1], "keepdim": true})"},
                  {"0-d", {randn({})}}, {"integers", {integers(-9, 9, {3, 4}, i32)}, R"({"dim": 0})"}, {"bool", {integers(0, 2, {9}, boolean)}},
                  {"long", {randn({3, 1025})}, R"({"dim": 1})"}, {"empty", {zeros({0, 3})}, R"({"dim": 0})"}, {"empty kept", {zeros({0, 3})}, R"({"dim": 1})"}});
  refuses("sum", {{"names dimension 1 twice", {zeros({2, 3})}, R"({"dim": [1, -1]})"}, {"2", {zeros({2, 3})}, R"({"dim": 2})"}});
}

}  // namespace hebb::test
