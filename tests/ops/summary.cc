// Samples: reductions without NaN, and two at once.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(summary) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const char* name : {"nansum", "nanmean"})
    samples(name, {{"all", {randn({3, 4})}},
                   {"dims", {randn({2, 3, 4})}, R"({"dim": [0, -1], "keepdim": true})"},
                   {"NaN", {values({1, nan, 3, nan, nan, 2}, {2, 3})}, R"({"dim": 0})"},
                   {"nothing", {values({nan, nan}, {2})}},
                   {"dtype",
                    {randn({4})},
                    R"({"dtype": "float64"})",
                    {{Check::f64, "f64 comes out"}, {Check::half, "f64 comes out"}}}});
  samples("nansum", {{"integers", {integers(0, 9, {4})}}});
  refuses("nanmean", {{"should be floating", {integers(0, 9, {4})}}});
  samples("aminmax", {{"all", {distinct({3, 4})}},
                      {"dim", {distinct({3, 4})}, R"({"dim": 0})"},
                      {"kept", {distinct({3, 4})}, R"({"dim": -1, "keepdim": true})"},
                      {"integers", {integers(0, 9, {4})}}});
  refuses("aminmax", {{"nothing to choose from", {zeros({0})}}});
  for (const char* name : {"var_mean", "std_mean"})
    samples(
        name,
        {{"all", {randn({3, 4})}},
         {"dim", {randn({3, 4})}, R"({"dim": 1, "correction": 0})"},
         {"kept", {randn({2, 3, 4})}, R"({"dim": [0, 2], "keepdim": true, "unbiased": false})"}});
  for (const char* name : {"var_mean", "std_mean"})
    refuses(name, {{"is not defined for i64", {integers(0, 9, {4})}}});
}

}  // namespace hebb::test
