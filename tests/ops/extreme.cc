// Samples: largest and smallest elements.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(extreme) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const char* op : {"max", "min"}) {
    samples(op, {{"all", {distinct({4, 3})}},
                 {"rows", {distinct({4, 7})}, R"({"dim": 1})"},
                 {"columns", {distinct({4, 7})}, R"({"dim": 0, "keepdim": true})"},
                 {"0-d", {full({}, 3)}},
                 {"integers", {integers(-9, 9, {3, 5})}, R"({"dim": 1})"},
                 {"strided", {transpose(distinct({5, 4}))}, R"({"dim": -1})"},
                 {"empty kept", {zeros({0, 3})}, R"({"dim": 1})"}});
    refuses(op, {{"there is nothing to choose from", {zeros({0, 3})}},
                 {"dim", {zeros({2, 3})}, R"({"dim": 2})"},
                 {"have no order", {zeros({2}, c64)}}});
  }
  for (const char* op : {"amax", "amin"}) {
    samples(op, {{"all", {distinct({4, 3})}},
                 {"two", {distinct({2, 3, 4})}, R"({"dim": [0, 2]})"},
                 {"kept", {distinct({2, 3})}, R"({"dim": 1, "keepdim": true})"},
                 {"bool", {integers(0, 2, {5}, boolean)}},
                 {"bytes", {integers(0, 255, {3, 4}, u8)}, R"({"dim": 0})"}});
    refuses(op, {{"names dimension 1 twice", {zeros({2, 3})}, R"({"dim": [1, 1]})"}});
  }
  for (const char* op : {"argmax", "argmin"}) {
    samples(op, {{"all", {distinct({4, 3})}},
                 {"rows", {distinct({4, 7})}, R"({"dim": 1})"},
                 {"columns", {distinct({4, 7})}, R"({"dim": 0, "keepdim": true})"},
                 {"equals", {values({1, 3, 3, 1, 1}, {5})}},
                 {"NaN", {values({1, nan, 3, nan}, {4})}}});
    refuses(op, {{"there is nothing to choose from", {zeros({2, 0})}, R"({"dim": 1})"}});
  }
}

}  // namespace hebb::test
