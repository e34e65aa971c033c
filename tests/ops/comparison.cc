// Samples: comparisons, logic, predicates, where, bits.
#include <cmath>

#include "ops/samples.h"

namespace hebb::test {

static Tensor truth(Shape shape) {
  return integers(0, 2, shape, boolean);
}

OPS_FAMILY(comparison) {
  for (const char* name :
       {"eq", "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or", "logical_xor"}) {
    samples(name, {{"plain", {distinct({4, 3}), distinct({4, 3})}},
                   {"broadcast", {distinct({4, 1, 3}), distinct({2, 1})}},
                   {"number", {distinct({5}), 0.5}},
                   {"integers", {integers(-3, 3, {9}), integers(-3, 3, {9}, i32)}},
                   {"empty", {zeros({0, 3}), ones({3})}}});
    refuses(name, {{"[2, 3]", {zeros({2, 3}), zeros({2, 4})}},
                   {"other is 300, which u8 does not hold", {zeros({2}, u8), 300}}});
  }
  refuses("lt", {{"c64", {zeros({2}, c64), zeros({2}, c64)}}});
  samples("logical_not", {{"plain", {integers(-1, 2, {9})}}, {"bool", {truth({5})}}});
  for (const char* name : {"isnan", "isinf", "isfinite"})
    samples(name, {{"plain", {values({1, NAN, INFINITY, -INFINITY, 0}, {5})}},
                   {"integers", {integers(-3, 3, {4})}},
                   {"empty", {zeros({0})}}});
  samples("where", {{"plain", {truth({4, 3}), randn({4, 3}), randn({4, 3})}},
                    {"broadcast", {truth({4, 1}), randn({3}), randn({2, 1, 1})}},
                    {"number", {truth({9}), randn({9}), 0.5}},
                    {"integers", {truth({9}), integers(-3, 3, {9}), integers(-3, 3, {9}, i32)}},
                    {"empty", {truth({0, 3}), ones({3}), zeros({1})}}});
  refuses("where", {{"condition is f32, should be bool", {ones({3}), ones({3}), ones({3})}},
                    {"other is -1, which u8 does not hold", {truth({2}), zeros({2}, u8), -1}}});
  for (const char* name : {"bitwise_and", "bitwise_or", "bitwise_xor"}) {
    samples(name, {{"plain", {integers(-9, 9, {7}), integers(-9, 9, {7})}},
                   {"bool", {truth({6}), truth({6})}}});
    refuses(name, {{"f32", {ones({3}), ones({3})}}});
  }
  samples("bitwise_not", {{"plain", {integers(-9, 9, {7}, i8)}}, {"bool", {truth({6})}}});
}

}  // namespace hebb::test
