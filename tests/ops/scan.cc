// Samples: what runs along one dimension.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(scan) {
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               inf = std::numeric_limits<double>::infinity();
  for (const char* name : {"cummax", "cummin"}) {
    samples(name, {{"rows", {distinct({4, 5})}, R"({"dim": 1})"},
                   {"columns", {distinct({4, 5})}, R"({"dim": 0})"},
                   {"ties", {integers(0, 3, {9})}, R"({"dim": 0})"},
                   {"NaN",
                    {values({1, nan, 3, 0}, {4})},
                    R"({"dim": 0})",
                    {{Check::gradient, "NaN has no slope"}}},
                   {"strided", {transpose(distinct({3, 4}))}, R"({"dim": -1})"},
                   {"0-d", {randn({})}},
                   {"empty", {zeros({2, 0})}, R"({"dim": 1})"}});
    refuses(name,
            {{"have no order", {zeros({2}, c64)}}, {"dim is 1", {zeros({2})}, R"({"dim": 1})"}});
  }
  for (const char* name : {"cumprod", "running_product"})
    samples(name, {{"rows", {uniform(0.5, 1.5, {3, 5})}, R"({"dim": 1})"},
                   {"columns", {uniform(0.5, 1.5, {3, 5})}, R"({"dim": 0})"},
                   {"zeros",
                    {values({2, 0, 3, 1, 0, 4, 1, 2, 3, 0}, {2, 5})},
                    R"({"dim": 1})",
                    {{Check::second_gradient,
                      "what comes after a zero has no gradient here, so no derivative either"}}},
                   {"complex", {randn({4}, c64)}, R"({"dim": 0})"},
                   {"0-d", {randn({})}},
                   {"empty", {zeros({0, 2})}, R"({"dim": 0})"}});
  samples("cumprod", {{"integers", {integers(-3, 4, {3, 4})}, R"({"dim": 1})"},
                      {"dtype",
                       {
                           integers(1, 4, {4}),
                       },
                       R"({"dim": 0, "dtype": "float64"})"}});
  samples("logcumsumexp", {{"rows", {randn({3, 5})}, R"({"dim": 1})"},
                           {"columns", {randn({5, 3})}, R"({"dim": 0})"},
                           {"far apart", {values({-80, 0, 80, 79, -80}, {5})}, R"({"dim": 0})"},
                           {"others",
                            {values({-inf, -inf, 1, inf, 2, inf}, {6})},
                            R"({"dim": 0})",
                            {{Check::gradient, "infinite values"}}},
                           {"0-d", {randn({})}},
                           {"empty", {zeros({2, 0})}, R"({"dim": 1})"},
                           {"complex", {randn({5, 3}, c64)}, R"({"dim": 0})"},
                           {"0-d, complex", {randn({}, c64)}}});
  refuses("logcumsumexp", {{"should be floating or complex", {integers(0, 3, {3})}}});
  samples("diff", {{"plain", {randn({3, 5})}},
                   {"twice", {randn({5, 3}), none(), none()}, R"({"n": 2, "dim": 0})"},
                   {"around", {randn({3, 4}), randn({3, 1}), randn({3, 2})}},
                   {"behind", {randn({4}), none(), randn({1})}},
                   {"bool", {integers(0, 2, {6}, boolean)}},
                   {"not at all", {randn({3})}, R"({"n": 0})"},
                   {"nothing left", {randn({2, 2})}, R"({"n": 5})"}});
  refuses("diff", {{"0-d tensor", {zeros({})}}, {"n is -1", {zeros({3})}, R"({"n": -1})"}});
  for (const char* name : {"trapezoid", "cumulative_trapezoid"}) {
    samples(name, {{"plain", {randn({3, 5})}},
                   {"apart", {randn({5, 3}), none()}, R"({"dx": 0.5, "dim": 0})"},
                   {"places", {randn({3, 4}), randn({4})}},
                   {"places of each", {randn({3, 4}), randn({3, 4})}},
                   {"places of columns", {randn({4, 2}), randn({4})}, R"({"dim": 0})"},
                   {"one", {randn({3, 1})}}});
    refuses(name, {{"0-d tensor", {zeros({})}},
                   {"x [3] should be [4]", {zeros({4}), zeros({3})}},
                   {"leave one of them out", {zeros({4}), zeros({4})}, R"({"dx": 2})"}});
  }
  samples("gradient", {{"all", {randn({4, 5})}},
                       {"one", {randn({4, 5})}, R"({"dim": [1], "spacing": [0.5]})"},
                       {"spacings", {randn({3, 4})}, R"({"spacing": [2, -0.5]})"},
                       {"second order", {randn({3, 4})}, R"({"edge_order": 2})"},
                       {"two values", {randn({2})}},
                       {"integers", {integers(-9, 9, {6})}}});
  refuses("gradient", {{"should be more than edge_order, 2", {zeros({2})}, R"({"edge_order": 2})"},
                       {"spacing has 3 numbers", {zeros({3, 3})}, R"({"spacing": [1, 2, 3]})"},
                       {"spacing is 0", {zeros({3})}, R"({"spacing": [0]})"}});
  samples("linalg_vander", {{"plain", {randn({3})}},
                            {"batch", {randn({2, 3})}, R"({"N": 5})"},
                            {"one", {randn({3})}, R"({"N": 1})"},
                            {"none", {randn({3})}, R"({"N": 0})"}});
  samples("vander", {{"falling", {randn({4})}, R"({"N": 3})"},
                     {"rising", {randn({3})}, R"({"increasing": true})"},
                     {"integers", {integers(-4, 4, {4})}}});
  refuses("vander", {{"should be a vector", {zeros({2, 2})}},
                     {"N is -1, should be at least 0", {zeros({2})}, R"({"N": -1})"}});
}

}  // namespace hebb::test
