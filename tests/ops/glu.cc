// Samples: gated linear units.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(glu) {
  samples("glu", {{"last", {randn({3, 6})}},
                  {"first", {randn({4, 2, 3})}, R"({"dim": 0})"},
                  {"strided", {transpose(randn({6, 5}))}},
                  {"empty", {zeros({0, 4})}}});
  refuses("glu", {{"the size 3 of dimension 1 of input [2, 3] should be even", {zeros({2, 3})}},
                  {"at least one dimension", {zeros({})}},
                  {"input is i64", {integers(0, 3, {4})}}});
}

}  // namespace hebb::test
