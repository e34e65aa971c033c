// Samples: elementwise arithmetic.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(arithmetic) {
  for (const char* name : {"add", "sub", "mul"}) {
    samples(name, {{"plain", {randn({4, 3}), randn({4, 3})}},
                   {"broadcast", {randn({4, 1, 3}), randn({2, 1})}},
                   {"number", {randn({5}), 2.5}},
                   {"0-d", {randn({}), randn({})}},
                   {"long", {randn({67}), randn({67})}},
                   {"integers", {integers(-9, 9, {7}), integers(-9, 9, {7}, i32)}},
                   {"empty", {zeros({0, 3}), randn({3})}}});
    refuses(name, {{"[2, 3]", {zeros({2, 3}), zeros({2, 4})}}});
  }
  samples("div", {{"plain", {randn({4, 3}), uniform(0.5, 2, {4, 3})}},
                  {"broadcast", {randn({4, 1, 3}), uniform(-2, -0.5, {2, 1})}},
                  {"number", {randn({5}), 2.5}},
                  {"long", {randn({67}), uniform(0.5, 2, {67})}},
                  {"integers", {integers(-9, 9, {7}), integers(1, 9, {7}, i32)}},
                  {"by zero", {values({1, -1, 0}, {3}), zeros({3})}, {}, {{Check::gradient, "1/0 has no gradient"}}},
                  {"empty", {zeros({0, 3}), ones({3})}}});
  refuses("div", {{"[2, 3]", {zeros({2, 3}), zeros({2, 4})}}});
  samples("neg", {{"plain", {randn({4, 3})}}, {"long", {randn({67})}}, {"integers", {integers(-9, 9, {7})}}, {"0-d", {randn({})}}, {"empty", {zeros({0, 3})}}});
}

}  // namespace hebb::test
