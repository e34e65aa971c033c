// Samples: searching in sorted numbers, and counting.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(search) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor sorted = values({1, 3, 3, 5, 9}, {5}), wanted = values({0, 3, 4, 9, 10, 1}, {2, 3});
  const Tensor rows = values({1, 3, 5, 2, 4, 6}, {2, 3}), of_rows = values({3, 6, 1, 4}, {2, 2});
  samples("searchsorted",
          {{"left", {sorted, wanted, none()}},
           {"right", {sorted, wanted, none()}, R"({"right": true})"},
           {"side", {sorted, wanted, none()}, R"({"side": "right"})"},
           {"rows", {rows, of_rows, none()}},
           {"narrow", {rows, of_rows, none()}, R"({"out_int32": true})"},
           {"number", {sorted, 3.5, none()}},
           {"number in integers", {values({1, 3, 5}, {3}, i64), 3.5, none()}},
           {"sorter", {values({5, 1, 3}, {3}), values({2, 4}, {2}), values({1, 2, 0}, {3}, i64)}},
           {"NaN", {sorted, values({nan, 1}, {2}), none()}},
           {"empty", {zeros({0}), wanted, none()}}});
  refuses(
      "searchsorted",
      {{"side is 'up'", {sorted, wanted, none()}, R"({"side": "up"})"},
       {"leave one of them out", {sorted, wanted, none()}, R"({"side": "left", "right": true})"},
       {"should be [2, 3]: a row for each", {zeros({3, 3}), zeros({2, 2}), none()}},
       {"should be of one dtype", {sorted, wanted.to(f64), none()}},
       {"sorter i64[2] should be i64 [5]", {sorted, wanted, zeros({2}, i64)}},
       {"sorter[0] is 7", {values({1, 2}, {2}), wanted, full({2}, 7, i64)}},
       {"have no order", {zeros({2}, c64), zeros({2}, c64), none()}}});
  samples("search", {{"left", {sorted, wanted, none()}},
                     {"right", {sorted, wanted, none()}, R"({"right": true})"}});
  samples("bucketize", {{"plain", {wanted, sorted}},
                        {"right", {wanted, sorted}, R"({"right": true, "out_int32": true})"},
                        {"number", {4, values({1, 3, 5}, {3}, i64)}},
                        {"integers", {integers(0, 9, {4}), values({1, 3, 5}, {3}, i64)}}});
  refuses("bucketize", {{"boundaries [2, 3] should have one dimension", {wanted, rows}}});
  samples(
      "isin",
      {{"plain", {integers(0, 6, {3, 4}), values({1, 4, 4}, {3}, i64)}},
       {"inverted", {integers(0, 6, {3, 4}), values({1, 4, 4}, {3}, i64)}, R"({"invert": true})"},
       {"floats", {values({1, nan, 2}, {3}), values({nan, 2}, {2})}},
       {"number", {integers(0, 3, {5}), 2}},
       {"of a number", {2, integers(0, 3, {5})}},
       {"nothing", {integers(0, 3, {5}), zeros({0}, i64)}, R"({"invert": true})"}});
  refuses("isin", {{"they should have one dtype", {zeros({2}), zeros({2}, i64)}}});
  samples("bincount",
          {{"plain", {integers(0, 5, {9}), none()}},
           {"longer", {integers(0, 5, {9}), none()}, R"({"minlength": 8})"},
           {"weights", {integers(0, 5, {9}), randn({9})}, {}, {{Check::half, "f64 comes out"}}},
           {"integer weights", {integers(0, 5, {9}), integers(0, 9, {9})}},
           {"empty", {zeros({0}, i64), none()}, R"({"minlength": 2})"}});
  refuses("bincount",
          {{"input holds -1, should be at least 0", {values({1, -1}, {2}, i64), none()}},
           {"one dimension", {zeros({2, 2}, i64), none()}},
           {"weights [2] should be [3]", {zeros({3}, i64), zeros({2})}},
           {"minlength is -1", {zeros({3}, i64), none()}, R"({"minlength": -1})"}});
  samples("histc", {{"plain",
                     {values({0.1, 0.5, 0.9, 1, 2, -1, 0.55}, {7})},
                     R"({"bins": 4, "min": 0, "max": 1})"},
                    {"own limits", {values({1, 2, 3, 4, 9}, {5})}, R"({"bins": 4})"},
                    {"equal", {full({3}, 2)}, R"({"bins": 3})"},
                    {"NaN", {values({nan, 0.5, 0.2}, {3})}, R"({"bins": 2, "min": 0, "max": 1})"},
                    {"empty", {zeros({0})}, R"({"bins": 3})"}});
  refuses("histc", {{"bins is 0", {zeros({3})}, R"({"bins": 0})"},
                    {"min not above max", {zeros({3})}, R"({"min": 2, "max": 1})"},
                    {"should be floating", {zeros({3}, i64)}}});
}

}  // namespace hebb::test
