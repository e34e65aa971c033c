// Samples: softmax and its logarithm.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(softmax) {
  const double inf = std::numeric_limits<double>::infinity(),
               nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::string op : {"softmax", "log_softmax", "softmin"}) {
    // The least gets the most: softmin of infinity is 0.
    const std::vector<Exemption> of_infinity =
        op == "softmin" ? std::vector<Exemption>()
                        : std::vector<Exemption>{{Check::gradient, "no differences of NaN"}};
    samples(
        op,
        {{"rows", {randn({4, 3})}, R"({"dim": -1})"},
         {"columns", {randn({4, 3})}, R"({"dim": 0})"},
         {"middle", {randn({2, 17, 3})}, R"({"dim": 1})"},
         {"long", {randn({3, 131})}, R"({"dim": 1})"},
         {"many columns", {randn({2, 3, 70})}, R"({"dim": 1})"},
         {"strided", {transpose(randn({5, 4}))}, R"({"dim": 1})"},
         {"large", {values({1000, 1001, -1000, 0, 80, 88}, {2, 3})}, R"({"dim": 1})"},
         {"cast first",
          {randn({2, 3})},
          R"({"dim": 1, "dtype": "f64"})",
          {{Check::f64, "its result is f64"}, {Check::half, "its result is f64"}}},
         {"of integers", {integers(-3, 4, {2, 3})}, R"({"dim": 1, "dtype": "f32"})"},
         {"0-d", {randn({})}, R"({"dim": 0})"},
         {"one", {randn({1, 1})}, R"({"dim": 1})"},
         {"empty", {zeros({0, 3})}, R"({"dim": 1})"},
         {"NaN in a column",
          {values({1, nan, 2, 3, 4, 5}, {3, 2})},
          R"({"dim": 0})",
          {{Check::gradient, "no differences of NaN"}}},
         {"infinite column", {values({1, inf, 2, 3, 4, 5}, {3, 2})}, R"({"dim": 0})", of_infinity},
         {"nothing to sum", {zeros({3, 0})}, R"({"dim": 1})"}});
    refuses(op, {{"dim", {zeros({2, 3})}, R"({"dim": 2})"},
                 {"is not defined for i64", {integers(0, 3, {2, 3})}, R"({"dim": 1})"},
                 {"is not defined for i64", {randn({2, 3})}, R"({"dim": 1, "dtype": "i64"})"}});
  }
  samples("softmax", {{"masked", {values({0, -inf, 1, 2}, {2, 2})}, R"({"dim": 1})"}});
  for (const char* op : {"softmax_backward", "log_softmax_backward"})
    samples(op, {{"rows", {randn({4, 3}), randn({4, 3})}, R"({"dim": 1})"},
                 {"columns", {randn({4, 3}), randn({4, 3})}, R"({"dim": 0})"},
                 {"middle", {randn({2, 5, 19}), randn({2, 5, 19})}, R"({"dim": 1})"},
                 {"long", {randn({3, 131}), randn({3, 131})}, R"({"dim": 1})"}});
}

}  // namespace hebb::test
